import type { KeyView } from "@/lib/schemas/keys";
import { type BudgetWindow, budgetWindows } from "./budgets";

export const expiryChoices = ["never", "7", "30", "90", "365", "custom"] as const;
export type ExpiryChoice = (typeof expiryChoices)[number];

/** What the key form holds. */
export type KeyDraft = {
  name: string;
  allGroups: boolean;
  groups: readonly string[];
  allowRawModels: boolean;
  expiry: ExpiryChoice;
  /** As a `datetime-local` field holds it, in the browser's own time zone. */
  expiresAtLocal: string;
  /** US dollars as typed: exact decimals; empty = no budget. */
  budgets: Record<BudgetWindow, string>;
  rpm: number | null;
  tpm: number | null;
  concurrent: number | null;
  /** One address or range a line, as typed. */
  allowedIps: string;
  storeBodies: boolean;
  allowRouteChoice: boolean;
  /** Null = nobody in particular; undefined = who makes it. */
  ownerId: string | null | undefined;
};

const dayMs = 86_400_000;

export function keyDraft(key: KeyView | null): KeyDraft {
  return {
    name: key?.name ?? "",
    allGroups: key?.groups.includes("*") ?? false,
    groups: key?.groups.filter((name) => name !== "*") ?? [],
    allowRawModels: key?.allowRawModels ?? false,
    expiry: key?.expiresAt ? "custom" : "never",
    expiresAtLocal: key?.expiresAt ? localDateTime(new Date(key.expiresAt)) : "",
    budgets: {
      day: key?.limits.budgetUsd.day ?? "",
      month: key?.limits.budgetUsd.month ?? "",
      total: key?.limits.budgetUsd.total ?? "",
    },
    rpm: key?.limits.rpm ?? null,
    tpm: key?.limits.tpm ?? null,
    concurrent: key?.limits.concurrent ?? null,
    allowedIps: key?.allowedIps.join("\n") ?? "",
    storeBodies: key?.storeBodies ?? false,
    allowRouteChoice: key?.allowRouteChoice ?? false,
    ownerId: key ? (key.owner?.id ?? null) : undefined,
  };
}

/** `2026-11-21T09:30`: what a `datetime-local` field shows for this moment. */
export function localDateTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function expiryOf(draft: KeyDraft, stored: string | null, nowMs: number): string | null {
  if (draft.expiry === "never") return null;
  if (draft.expiry !== "custom") return new Date(nowMs + Number(draft.expiry) * dayMs).toISOString();
  // The field keeps minutes only: an expiry nobody touched stays exact.
  if (stored !== null && draft.expiresAtLocal === localDateTime(new Date(stored))) return stored;
  const chosen = new Date(draft.expiresAtLocal);
  return Number.isNaN(chosen.getTime()) ? null : chosen.toISOString();
}

/** The body for POST and PATCH of a key. */
export function keyBody(draft: KeyDraft, key: KeyView | null, nowMs: number): Record<string, unknown> {
  return {
    name: draft.name,
    groups: draft.allGroups ? ["*"] : draft.groups,
    allowRawModels: draft.allowRawModels,
    limits: {
      budgetUsd: Object.fromEntries(budgetWindows.map((window) => [window, draft.budgets[window].trim() || null])),
      rpm: draft.rpm,
      tpm: draft.tpm,
      concurrent: draft.concurrent,
    },
    expiresAt: expiryOf(draft, key?.expiresAt ?? null, nowMs),
    allowedIps: draft.allowedIps
      .split(/[\n,]/u)
      .map((line) => line.trim())
      .filter(Boolean),
    storeBodies: draft.storeBodies,
    allowRouteChoice: draft.allowRouteChoice,
    ...(draft.ownerId !== undefined &&
      (key === null || draft.ownerId !== (key.owner?.id ?? null)) && { ownerId: draft.ownerId }),
    ...(key && { version: key.version }),
  };
}

/** A `.env` file for OpenAI's SDKs, which read these two names. */
export function envFile(key: string, origin: string): string {
  return `OPENAI_API_KEY=${key}\nOPENAI_BASE_URL=${origin}/v1\n`;
}

/** A call to try the key with, for a POSIX shell. */
export function curlSnippet(key: string, origin: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return [
    `curl ${origin}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body.replaceAll("'", `'\\''`)}'`,
  ].join("\n");
}
