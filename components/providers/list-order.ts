import type { HealthRow } from "@/lib/schemas/health";
import { distinctTags, type ProviderView } from "@/lib/schemas/providers";
import { type ProviderState, urgency } from "./provider-state";

export const listSorts = ["name", "state", "success", "p95", "spend", "updated"] as const;
export type ListSort = (typeof listSorts)[number];

/** The states a list can be narrowed to, in the order of the vocabulary. */
export const listStates = [
  "ready",
  "degraded",
  "cooling_down",
  "circuit_open",
  "held",
  "not_verified",
  "disabled",
] as const;

/** A provider with everything its row tells. */
export type ListRow = {
  provider: ProviderView;
  state: ProviderState;
  health: HealthRow | null;
  /** Decimal US dollars of the last day; null while it is not known. */
  spend: string | null;
};

export type ListFilter = { q: string; kind: string | null; state: string | null; tag: string | null; sort: ListSort };

/** A circuit that is being tried is still the one that opened. */
const stateWord = (state: ProviderState["state"]) => (state === "half_open" ? "circuit_open" : state);

/** The rows that are asked for, in the order that is asked for; what is equal goes by name. */
export function listed(rows: readonly ListRow[], { q, kind, state, tag, sort }: ListFilter): ListRow[] {
  const wanted = q.trim().toLowerCase();
  return rows
    .filter(
      ({ provider, state: now }) =>
        `${provider.name} ${provider.baseUrl} ${provider.tags.join(" ")}`.toLowerCase().includes(wanted) &&
        (tag === null || hasTag(provider, tag)) &&
        (kind === null || provider.protocol === kind) &&
        (state === null || stateWord(now.state) === state),
    )
    .toSorted((a, b) => weight(a, sort) - weight(b, sort) || a.provider.name.localeCompare(b.provider.name));
}

/** Whether a provider has a tag, in whatever case. */
export function hasTag({ tags }: Pick<ProviderView, "tags">, tag: string): boolean {
  return tags.some((one) => one.toLowerCase() === tag.toLowerCase());
}

/** The tags of some providers, each once, in the order of the alphabet. */
export function tagsAmong(providers: readonly Pick<ProviderView, "tags">[]): string[] {
  return distinctTags(providers.flatMap(({ tags }) => tags)).toSorted((a, b) => a.localeCompare(b));
}

/** The lowest comes first: the worst success, the longest wait, the dearest, the newest. Nothing known comes last. */
function weight({ provider, state, health, spend }: ListRow, sort: ListSort): number {
  const last = Number.POSITIVE_INFINITY;
  switch (sort) {
    case "name":
      return 0;
    case "state":
      return urgency(state.state);
    case "success":
      return health?.totals.successRate ?? last;
    case "p95":
      return health?.totals.p95 == null ? last : -health.totals.p95;
    case "spend":
      return spend === null ? last : -Number(spend);
    case "updated":
      return -Date.parse(provider.updatedAt);
  }
}
