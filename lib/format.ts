/**
 * How numbers read in the console. Pure and locale-aware through Intl; components reach it through
 * components/format.ts, which fills in the reader's locale and words.
 */

import type { NumberUnits } from "./theme.ts";

const nanosPerDollar = 1_000_000_000;

/**
 * US dollars from a decimal string (as the API sends) or a number. Two decimals from one dollar up, else three
 * significant digits, so that the price of one call is not shown as zero. `narrowSymbol`: "$", never "US$".
 */
export function formatUsd(locale: string, value: string | number): string {
  const amount = typeof value === "string" ? Number(value) : value;
  const large = Math.abs(amount) >= 1 || amount === 0;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    ...(large
      ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 3, minimumSignificantDigits: 2 }),
  }).format(amount);
}

/** The language whose units shorten a number: the reader's (万, 억), or English for K, M and B. */
export function shorteningLocale(locale: string, units: NumberUnits): string {
  return units === "metric" ? "en" : locale;
}

/**
 * Numbers shortened as the language does. Korean counts in 만 (10,000), so numbers below it are written out: the 천
 * (thousand) of the language data is not how they are read.
 */
export function shortNumber(locale: string, options: Intl.NumberFormatOptions): (value: number) => string {
  const compact = new Intl.NumberFormat(locale, { ...options, notation: "compact" });
  const full = locale === "ko" ? new Intl.NumberFormat(locale, options) : compact;
  return (value) => (Math.abs(value) < 10_000 ? full : compact).format(value);
}

/** US dollars for an axis: shortened, at most three significant digits, without needless zeros; cents are two digits. */
export function formatUsdShort(locale: string, value: number): string {
  const tens = Math.abs(value) >= 0.1 && Math.abs(value) < 1;
  return shortNumber(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 0,
    minimumSignificantDigits: tens ? 2 : 1,
    maximumSignificantDigits: 3,
  })(value);
}

/** A price per 1M tokens: never shortened, up to six decimals, at least two. */
export function formatPrice(locale: string, value: string | number): string {
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  }).format(typeof value === "string" ? Number(value) : value);
}

export function nanosToUsd(nanos: number | bigint): number {
  return Number(nanos) / nanosPerDollar;
}

export type DurationParts =
  | { unit: "ms"; value: string }
  | { unit: "s"; value: string }
  | { unit: "min"; minutes: string; seconds: string }
  | { unit: "h"; hours: string; minutes: string };

/** Under a second in ms, under a minute in seconds with two decimals, under an hour in minutes and seconds, else in hours. */
export function durationParts(locale: string, ms: number): DurationParts {
  const rounded = Math.round(ms);
  if (rounded < 1_000) return { unit: "ms", value: new Intl.NumberFormat(locale).format(rounded) };
  if (rounded < 59_995) {
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    return { unit: "s", value: format.format(rounded / 1_000) };
  }
  const seconds = Math.round(ms / 1_000);
  const format = new Intl.NumberFormat(locale);
  if (seconds >= 3_600) {
    const minutes = Math.round(seconds / 60);
    return { unit: "h", hours: format.format(Math.floor(minutes / 60)), minutes: format.format(minutes % 60) };
  }
  return { unit: "min", minutes: format.format(Math.floor(seconds / 60)), seconds: format.format(seconds % 60) };
}

/** The same for an axis, whose numbers are round: seconds without needless zeros. */
export function durationPartsShort(locale: string, ms: number): DurationParts {
  const parts = durationParts(locale, ms);
  if (parts.unit !== "s") return parts;
  return { unit: "s", value: new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(ms / 1_000) };
}

/** A share of 1 with two decimals. Rounds down, so that 99.996 % is never shown as 100 %. */
export function formatPercent(locale: string, share: number): string {
  return new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 2,
    roundingMode: "floor",
    // 0.9995 as a double is a hair below itself: without this, 99.95 % would show as 99.94 %.
  }).format(Number(share.toFixed(7)));
}

/** `sk-sluice-3f9a…k3Fz`: both ends of a long id. Text that fits stays whole. */
export function middleTruncated(text: string, { head = 10, tail = 4 } = {}): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** A text as one argument of a POSIX shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
