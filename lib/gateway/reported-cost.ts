const decimal = /^(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?(?:[eE]([+-]?[0-9]{1,3}))?$/;

/** Ten thousand dollars: no call costs this much, and all sums of such calls stay exact for long. */
const mostNanos = 10_000n * 1_000_000_000n;

/**
 * What a provider says a call costs, in US dollars, as whole nano-dollars, rounded half up. Null = not an amount a call
 * can cost: negative, not a number, or above ten thousand dollars.
 *
 * The conversion is one of decimal digits. A number is taken by the shortest decimal that stands for it, which is what
 * the provider wrote as long as it wrote no more than fifteen digits.
 */
export function reportedUsdToNanos(value: unknown): number | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const match = decimal.exec(String(value).trim());
  if (!match) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0;
  if (sign === "-") return null;
  // value = digits × 10^scale nano-dollars
  const scale = 9 - fraction.length + Number(exponent);
  if (scale > 20) return null;
  const nanos = scale >= 0 ? digits * 10n ** BigInt(scale) : roundedHalfUp(digits, 10n ** BigInt(-scale));
  return nanos <= mostNanos ? Number(nanos) : null;
}

function roundedHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}
