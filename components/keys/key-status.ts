const dayMs = 86_400_000;

export type KeyStatus =
  | { kind: "active" }
  | { kind: "disabled" }
  | { kind: "expired" }
  /** `days` are whole days, at least 1; `hours` on the last day, at least 1. */
  | { kind: "expiring"; days: number; hours: number };

/** Warned about this long before a key expires. */
export const expiryWarningDays = 14;

/** What a key is worth right now. Disabled wins over expired: it is what a person can change. */
export function keyStatus(key: { enabled: boolean; expiresAt: string | null }, nowMs: number): KeyStatus {
  if (!key.enabled) return { kind: "disabled" };
  if (key.expiresAt === null) return { kind: "active" };
  const leftMs = Date.parse(key.expiresAt) - nowMs;
  if (leftMs <= 0) return { kind: "expired" };
  if (leftMs > expiryWarningDays * dayMs) return { kind: "active" };
  return {
    kind: "expiring",
    days: Math.max(1, Math.floor(leftMs / dayMs)),
    hours: leftMs < dayMs ? Math.max(1, Math.floor(leftMs / 3_600_000)) : 0,
  };
}
