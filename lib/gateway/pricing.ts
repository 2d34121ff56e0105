import type { Cost, Prices, Usage } from "./types.ts";

const perMillion = 1_000_000n;

/**
 * What a call costs by the catalogue: exact nano-dollars, each part rounded half up once at the end. Null = unknown
 * (no usage, or a price that is needed is missing); an unknown cost is never 0.
 */
export function costOf(prices: Prices, usage: Usage | null): Cost | null {
  const perCall = prices.call;
  if (prices.input === null && prices.output === null && perCall !== null)
    return { nanos: perCall, source: "catalogue" };
  if (!usage || prices.input === null || prices.output === null) return null;
  const cached = Math.min(usage.cached, usage.input);
  const cacheWrite = Math.min(usage.cacheWrite, usage.input - cached);
  const plain = usage.input - cached - cacheWrite;
  const sum =
    BigInt(plain) * BigInt(prices.input) +
    BigInt(cached) * BigInt(prices.cachedInput ?? prices.input) +
    BigInt(cacheWrite) * BigInt(prices.cacheWrite ?? prices.input) +
    BigInt(usage.output) * BigInt(prices.output);
  const nanos = (sum + perMillion / 2n) / perMillion + BigInt(perCall ?? 0);
  return { nanos: Number(nanos), source: usage.source === "estimate" ? "estimate" : "catalogue" };
}

/** `1234500000` → `"1.2345"`: USD as a decimal string without exponent or trailing zeros. */
export function nanosToUsdText(nanos: number): string {
  const negative = nanos < 0;
  const digits = Math.abs(nanos).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${negative ? "-" : ""}${digits.slice(0, -9)}${fraction ? `.${fraction}` : ""}`;
}

const bytesPerToken = 4;

/**
 * Usage where the provider told none: four bytes of UTF-8 a token, a rule of thumb that is near for English and for
 * Chinese, Japanese and Korean alike. Always marked as an estimate.
 */
export function estimateUsage(promptBytes: number, answerBytes: number): Usage {
  return {
    input: Math.ceil(promptBytes / bytesPerToken),
    output: Math.ceil(answerBytes / bytesPerToken),
    cached: 0,
    cacheWrite: 0,
    reasoning: 0,
    source: "estimate",
  };
}
