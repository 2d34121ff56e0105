import type { KeyView } from "@/lib/schemas/keys";
import { type Budget, budgetsOf, tightestBudget } from "./budgets";

const dayMs = 86_400_000;

export type KeyStatus =
  | { kind: "active" }
  | { kind: "disabled" }
  | { kind: "expired" }
  | { kind: "over_budget" | "near_budget"; budget: Budget }
  /** `days` are whole days, at least 1; `hours` on the last day, at least 1. */
  | { kind: "expiring"; days: number; hours: number };

/** Warned about this long before a key expires. */
export const expiryWarningDays = 14;

/**
 * What a key is worth right now. Disabled wins over expired: it is what a person can change. What refuses calls wins
 * over what will.
 */
export function keyStatus(key: Pick<KeyView, "enabled" | "expiresAt" | "limits" | "usage">, nowMs: number): KeyStatus {
  if (!key.enabled) return { kind: "disabled" };
  const leftMs = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt) - nowMs;
  if (leftMs <= 0) return { kind: "expired" };
  const budget = tightestBudget(budgetsOf(key));
  if (budget?.state === "over") return { kind: "over_budget", budget };
  if (leftMs <= expiryWarningDays * dayMs) {
    return {
      kind: "expiring",
      days: Math.max(1, Math.floor(leftMs / dayMs)),
      hours: leftMs < dayMs ? Math.max(1, Math.floor(leftMs / 3_600_000)) : 0,
    };
  }
  return budget ? { kind: "near_budget", budget } : { kind: "active" };
}
