import type { KeyView } from "@/lib/schemas/keys";
import { type KeyStatus, keyStatus } from "./key-status";

export const keySorts = ["created", "name", "status", "calls", "spend", "used", "expires"] as const;
export type KeySort = (typeof keySorts)[number];

/** In an address: keys that are nobody's in particular. */
export const nobody = "none";

export type KeyFilter = {
  q: string;
  group: string | null;
  /** The id of an account, or {@link nobody}. */
  owner: string | null;
  status: KeyStatus["kind"] | null;
  sort: KeySort;
};

/** What needs somebody first: what refuses calls, then what soon will, then the rest. */
const urgency: Record<KeyStatus["kind"], number> = {
  over_budget: 0,
  rate_limited: 1,
  expired: 2,
  expiring: 3,
  near_budget: 4,
  active: 5,
  unused: 6,
  disabled: 7,
};

/** The keys that are asked for, in the order that is asked for; what is equal goes by name. */
export function listedKeys(
  keys: readonly KeyView[],
  { q, group, owner, status, sort }: KeyFilter,
  nowMs: number,
): KeyView[] {
  const wanted = q.trim().toLowerCase();
  return keys
    .filter(
      (key) =>
        `${key.name} ${key.preview}`.toLowerCase().includes(wanted) &&
        (group === null || key.groups.includes("*") || key.groups.includes(group)) &&
        (owner === null || (key.owner?.id ?? nobody) === owner) &&
        (status === null || keyStatus(key, nowMs).kind === status),
    )
    .map((key) => ({ key, weight: weightOf(key, sort, nowMs) }))
    .sort((a, b) => (a.weight === b.weight ? a.key.name.localeCompare(b.key.name) : a.weight - b.weight))
    .map(({ key }) => key);
}

/** Calls of the last 24 hours. */
export function callsLately({ activity }: Pick<KeyView, "activity">): number {
  return activity.callsByHour.reduce((sum, calls) => sum + calls, 0);
}

/** The lowest comes first: the newest, the busiest, the dearest, the first to end. What has no such value comes last. */
function weightOf(key: KeyView, sort: KeySort, nowMs: number): number {
  const last = Number.POSITIVE_INFINITY;
  switch (sort) {
    case "created":
      return -Date.parse(key.createdAt);
    case "name":
      return 0;
    case "status":
      return urgency[keyStatus(key, nowMs).kind];
    case "calls":
      return -callsLately(key);
    case "spend":
      return -Number(key.usage.costUsd.month);
    case "used":
      return key.usage.lastUsedAt === null ? last : -Date.parse(key.usage.lastUsedAt);
    case "expires":
      return key.expiresAt === null ? last : Date.parse(key.expiresAt);
  }
}
