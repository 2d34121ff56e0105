/** 1 USD in nano-dollars, the unit of every amount inside. */
export const nanosPerUsd = 1_000_000_000;

/** The largest amount that stays exact in a JSON number: a little over nine million dollars. */
export const maxUsd = 9_000_000;

export type MoneyProblem = "not_money" | "negative_money" | "money_too_precise" | "money_too_large";

/**
 * Reads an amount of US dollars exactly, as integer nano-dollars. Strings are decimal (`"0.15"`, at most nine decimals
 * that are not zero); numbers are taken to nine decimals, but never down to nothing.
 * Returns the reason instead when the amount cannot be kept.
 */
export function parseUsd(value: string | number): { nanos: number } | { problem: MoneyProblem } {
  if (typeof value === "number" && !Number.isFinite(value)) return { problem: "not_money" };
  if (typeof value === "number" && Math.abs(value) > maxUsd) {
    return { problem: value < 0 ? "negative_money" : "money_too_large" };
  }
  const text = typeof value === "number" ? value.toFixed(9) : value.trim();
  const match = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text);
  if (!match) return { problem: "not_money" };
  const [, sign = "", whole = "", rawFraction = ""] = match;
  const fraction = rawFraction.replace(/0+$/, "");
  if (fraction.length > 9) return { problem: "money_too_precise" };
  const nanos = BigInt(whole) * BigInt(nanosPerUsd) + BigInt(fraction.padEnd(9, "0"));
  if (nanos === 0n && Number(value) !== 0) return { problem: "money_too_precise" };
  if (sign === "-" && nanos !== 0n) return { problem: "negative_money" };
  if (nanos > BigInt(maxUsd) * BigInt(nanosPerUsd)) return { problem: "money_too_large" };
  return { nanos: Number(nanos) };
}

/** {@link parseUsd} for amounts known to be good. Throws RangeError with the reason. */
export function usdToNanos(value: string | number): number {
  const parsed = parseUsd(value);
  if ("problem" in parsed) throw new RangeError(`${parsed.problem}: ${value}`);
  return parsed.nanos;
}

/** Nano-dollars as a decimal USD string without needless zeros: `150000000` → `"0.15"`. */
export function nanosToUsd(nanos: number | bigint): string {
  const amount = BigInt(nanos);
  const digits = (amount < 0n ? -amount : amount).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -9)}${fraction && `.${fraction}`}`;
}
