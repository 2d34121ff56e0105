import type { DraftRow } from "./draft";

const sampleMost = 3;
/** What the test call sends and lets the model answer at most: `probe.ts` on the server. */
const inputTokens = 20;
const outputTokens = 16;

/** The cheapest of the chosen models with a known price, else the first ones. */
export function sampleOf(rows: readonly DraftRow[]): DraftRow[] {
  const price = (row: DraftRow) => costOf(row) ?? Number.POSITIVE_INFINITY;
  return rows.toSorted((a, b) => price(a) - price(b)).slice(0, sampleMost);
}

/** The most that a test of these costs in US dollars; null where a price is not known. */
export function sampleCostUsd(rows: readonly DraftRow[]): number | null {
  const costs = rows.map(costOf);
  return costs.every((cost) => cost !== null) ? costs.reduce((sum, cost) => sum + cost, 0) : null;
}

function costOf({ prices, offered }: DraftRow): number | null {
  const call = Number(offered?.callPrice ?? 0);
  if (prices.inputPrice.trim() === "" || prices.outputPrice.trim() === "") return call > 0 ? call : null;
  const cost = (Number(prices.inputPrice) * inputTokens + Number(prices.outputPrice) * outputTokens) / 1e6 + call;
  return Number.isFinite(cost) ? cost : null;
}
