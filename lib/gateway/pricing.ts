import type { Cost, Prices, Usage } from "./types.ts";

const perMillion = 1_000_000n;
const mostNanos = BigInt(Number.MAX_SAFE_INTEGER);

/** Tokens and what a million of them costs in nano-dollars. */
type Part = { tokens: number; price: number | null };

/**
 * What an attempt costs: what the provider says it charged, else what the prices make of its usage. Null = unknown,
 * which is never 0.
 *
 * By prices: exact nano-dollars, the sum of all parts rounded half up once. A part without tokens needs no price, so an
 * embedding needs none for output. Cached and cache-writing tokens without a price of their own cost what input costs.
 * Where only calls have a price, tokens are free; where tokens have a price, a call without usage is unknown.
 */
export function costOf(prices: Prices, usage: Usage | null, reportedNanos: number | null = null): Cost | null {
  if (reportedNanos !== null) return { nanos: reportedNanos, source: "provider" };
  if (pricesOnlyCalls(prices)) return { nanos: prices.call, source: "catalogue" };
  if (!usage || !pricesTokens(prices)) return null;
  const cached = Math.min(usage.cached, usage.input);
  const cacheWrite = Math.min(usage.cacheWrite, usage.input - cached);
  const millionths = sumOf([
    { tokens: usage.input - cached - cacheWrite, price: prices.input },
    { tokens: cached, price: prices.cachedInput ?? prices.input },
    { tokens: cacheWrite, price: prices.cacheWrite ?? prices.input },
    { tokens: usage.output, price: prices.output },
  ]);
  if (millionths === null) return null;
  const nanos = exactNumber((millionths + perMillion / 2n) / perMillion + BigInt(prices.call ?? 0));
  return { nanos, source: usage.source === "estimate" ? "estimate" : "catalogue" };
}

/**
 * The most a call can cost, in nano-dollars: its prompt at the dearest of the input prices and every token of output it
 * may have, rounded up. No cost by these prices for that much or less is higher. Null = unknown, as for {@link costOf}.
 */
export function maxCostOf(prices: Prices, inputTokens: number, maxOutputTokens: number): number | null {
  if (pricesOnlyCalls(prices)) return prices.call;
  if (!pricesTokens(prices)) return null;
  const { input, cachedInput, cacheWrite } = prices;
  const dearest = input === null ? null : Math.max(input, cachedInput ?? input, cacheWrite ?? input);
  const millionths = sumOf([
    { tokens: inputTokens, price: dearest },
    { tokens: maxOutputTokens, price: prices.output },
  ]);
  if (millionths === null) return null;
  return exactNumber((millionths + perMillion - 1n) / perMillion + BigInt(prices.call ?? 0));
}

function pricesTokens({ input, output, cachedInput, cacheWrite }: Prices): boolean {
  return input !== null || output !== null || cachedInput !== null || cacheWrite !== null;
}

function pricesOnlyCalls(prices: Prices): prices is Prices & { call: number } {
  return prices.call !== null && !pricesTokens(prices);
}

/** In millionths of a nano-dollar; null = tokens without a price. */
function sumOf(parts: readonly Part[]): bigint | null {
  let sum = 0n;
  for (const { tokens, price } of parts) {
    if (tokens === 0) continue;
    if (price === null) return null;
    sum += BigInt(tokens) * BigInt(price);
  }
  return sum;
}

/** A sum beyond nine million dollars, which only a mistyped price can make, stays the largest exact number. */
function exactNumber(nanos: bigint): number {
  return Number(nanos < mostNanos ? nanos : mostNanos);
}

/** `1234500000` → `"1.2345"`: USD as a decimal string without exponent or trailing zeros. */
export function nanosToUsdText(nanos: number): string {
  const negative = nanos < 0;
  const digits = Math.abs(nanos).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${negative ? "-" : ""}${digits.slice(0, -9)}${fraction ? `.${fraction}` : ""}`;
}
