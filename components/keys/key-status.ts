import type { KeyView } from "@/lib/schemas/keys";
import { type Budget, budgetsOf, tightestBudget } from "./budgets";

const dayMs = 86_400_000;

export type KeyStatus =
  | { kind: "active" }
  | { kind: "disabled" }
  | { kind: "expired" }
  | { kind: "over_budget" | "near_budget"; budget: Budget }
  /** `at`: when a call was last refused, RFC 3339. */
  | { kind: "rate_limited"; at: string }
  | { kind: "unused"; days: number }
  /** `days` are whole days, at least 1; `hours` on the last day, at least 1. */
  | { kind: "expiring"; days: number; hours: number };

/** Warned about this long before a key expires. */
export const expiryWarningDays = 14;

/** A key nobody used for so long may not be needed any more. */
export const unusedDays = 30;

export const keyStatusKinds = [
  "active",
  "near_budget",
  "over_budget",
  "expiring",
  "expired",
  "rate_limited",
  "unused",
  "disabled",
] as const satisfies readonly KeyStatus["kind"][];

type Judged = Pick<KeyView, "enabled" | "expiresAt" | "limits" | "usage"> &
  Partial<Pick<KeyView, "activity" | "createdAt">>;

/**
 * What a key is worth right now. Disabled wins over expired: it is what a person can change. What refuses calls wins
 * over what will.
 */
export function keyStatus(key: Judged, nowMs: number): KeyStatus {
  if (!key.enabled) return { kind: "disabled" };
  const leftMs = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt) - nowMs;
  if (leftMs <= 0) return { kind: "expired" };
  const budget = tightestBudget(budgetsOf(key));
  if (budget?.state === "over") return { kind: "over_budget", budget };
  const refusedAt = key.activity?.rateLimitedAt ?? null;
  if (refusedAt !== null) return { kind: "rate_limited", at: refusedAt };
  if (leftMs <= expiryWarningDays * dayMs) {
    return {
      kind: "expiring",
      days: Math.max(1, Math.floor(leftMs / dayMs)),
      hours: leftMs < dayMs ? Math.max(1, Math.floor(leftMs / 3_600_000)) : 0,
    };
  }
  if (budget) return { kind: "near_budget", budget };
  const since = key.usage.lastUsedAt ?? key.createdAt;
  const unused = since !== undefined && nowMs - Date.parse(since) >= unusedDays * dayMs;
  return unused ? { kind: "unused", days: Math.floor((nowMs - Date.parse(since)) / dayMs) } : { kind: "active" };
}
