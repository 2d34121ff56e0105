import type { CallableModel, ModelOffer } from "@/lib/schemas/models";

export const modelSorts = ["name", "cheapest", "fastest", "context", "offers"] as const;
export type ModelSort = (typeof modelSorts)[number];
export const abilities = ["tools", "vision", "jsonSchema", "stream"] as const;
export type Ability = (typeof abilities)[number];
export const pricedStates = ["priced", "missing"] as const;
export type PricedState = (typeof pricedStates)[number];

export type ModelFilter = {
  q: string;
  cap: Ability | null;
  provider: string | null;
  priced: PricedState | null;
  sort: ModelSort;
};

/** Whether calls go there now: half-open takes one at a time, to find out. */
export function takesCalls({ enabled, providerEnabled, held, state }: ModelOffer): boolean {
  return (
    enabled &&
    providerEnabled &&
    held === null &&
    !["circuit_open", "half_open", "cooling_down", "held"].includes(state?.state ?? "")
  );
}

/** A price is missing where calls would have no known cost: one of the token prices, unless calls are paid one by one. */
export function lacksPrice({ inputPrice, outputPrice, callPrice }: ModelOffer): boolean {
  if (inputPrice === null && outputPrice === null) return callPrice === null;
  return inputPrice === null || outputPrice === null;
}

/**
 * The mix by which the strategy `cheapest` compares: US dollars of four million tokens, three parts input and one part
 * output, in calls of a thousand tokens.
 */
export function blendedUsd({ inputPrice, outputPrice, callPrice }: ModelOffer): number {
  return Number(inputPrice ?? 0) * 3 + Number(outputPrice ?? 0) + Number(callPrice ?? 0) * 4000;
}

/** The cheapest of those that take calls now and have a known price; null without any. */
export function cheapest(offers: readonly ModelOffer[]): ModelOffer | null {
  const known = offers.filter((offer) => takesCalls(offer) && !lacksPrice(offer));
  return known.toSorted((a, b) => blendedUsd(a) - blendedUsd(b))[0] ?? null;
}

/** The one that was measured fastest of those that take calls now; null where none was measured. */
export function fastest(offers: readonly ModelOffer[]): ModelOffer | null {
  const known = offers.filter((offer) => takesCalls(offer) && offer.latencyMs !== null);
  return known.toSorted((a, b) => (a.latencyMs ?? 0) - (b.latencyMs ?? 0))[0] ?? null;
}

/** The largest context window on offer; null where none is known. */
export function contextOf({ offers }: CallableModel): number | null {
  const known = offers.flatMap(({ contextWindow }) => contextWindow ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** What at least one of the offers can do. */
export function abilitiesOf({ offers }: CallableModel): Ability[] {
  return abilities.filter((name) => offers.some(({ supports }) => supports[name]));
}

/** The models that are asked for, in the order that is asked for; what is equal goes by name, what is unknown last. */
export function listedModels(
  items: readonly CallableModel[],
  { q, cap, provider, priced, sort }: ModelFilter,
): CallableModel[] {
  const wanted = q.trim().toLowerCase();
  return items
    .filter(
      ({ id, offers, group }) =>
        `${id} ${group?.name ?? ""} ${offers.map(({ name }) => name).join(" ")}`.toLowerCase().includes(wanted) &&
        (cap === null || offers.some(({ supports }) => supports[cap])) &&
        (provider === null || offers.some((offer) => offer.provider.id === provider)) &&
        (priced === null || offers.some(lacksPrice) === (priced === "missing")),
    )
    .toSorted((a, b) => weight(a, sort) - weight(b, sort) || a.id.localeCompare(b.id));
}

function weight(item: CallableModel, sort: ModelSort): number {
  const last = Number.POSITIVE_INFINITY;
  switch (sort) {
    case "name":
      return 0;
    case "cheapest": {
      const best = cheapest(item.offers);
      return best ? blendedUsd(best) : last;
    }
    case "fastest":
      return fastest(item.offers)?.latencyMs ?? last;
    case "context":
      return -(contextOf(item) ?? 0);
    case "offers":
      return -item.offers.length;
  }
}
