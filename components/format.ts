"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import type { ErrorCode } from "@/lib/errors";
import {
  type DurationParts,
  durationParts,
  durationPartsShort,
  formatPercent,
  formatPrice,
  formatUsd,
  formatUsdShort,
  shorteningLocale,
  shortNumber,
} from "@/lib/format";
import type { Reason } from "@/lib/gateway/types";
import type { formats } from "@/lib/i18n/formats";
import { useNumberUnits } from "./number-units";

export type ReaderFormat = {
  /** US dollars from the API's decimal string. */
  usd: (value: string | number) => string;
  /** US dollars, shortened for an axis. */
  usdShort: (value: number) => string;
  /** A price per 1M tokens, with its unit. */
  price: (value: string | number) => string;
  duration: (ms: number) => string;
  /** A duration on an axis: seconds without needless zeros. */
  durationShort: (ms: number) => string;
  /** A share between 0 and 1. */
  percent: (share: number) => string;
  /** A share between 0 and 1 without decimals, for an axis and for shares of a whole. */
  percentShort: (share: number) => string;
  /** A difference of two shares in percentage points, without a unit. */
  points: (difference: number) => string;
  integer: (value: number) => string;
  /** 12.3M, 1234.6万 …: pair it with the exact value in a tooltip. */
  compact: (value: number) => string;
  /** Compact with up to three significant digits, for the round numbers of an axis. */
  compactShort: (value: number) => string;
  /** Compact with two significant digits and without a unit, for the small cells of a heat map. */
  cell: (value: number) => string;
  /** In full below a hundred thousand, compact above. */
  count: (value: number) => string;
};

/** The numbers of the console in the reader's language. Works in server and client components. */
export function useFormat(): ReaderFormat {
  const locale = useLocale();
  const t = useTranslations("common");
  const units = useNumberUnits();
  return useMemo(() => {
    const shortLocale = shorteningLocale(locale, units);
    const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    const compact = shortNumber(shortLocale, { maximumFractionDigits: 1 });
    const compactShort = shortNumber(shortLocale, { maximumSignificantDigits: 3 });
    const cell = new Intl.NumberFormat(shortLocale, { notation: "compact", maximumSignificantDigits: 2 });
    const points = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    const short = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
    const inWords = (parts: DurationParts) => {
      if (parts.unit === "ms") return t("durationMs", { value: parts.value });
      if (parts.unit === "s") return t("durationSeconds", { value: parts.value });
      if (parts.unit === "h") return t("durationHours", { hours: parts.hours, minutes: parts.minutes });
      return t("durationMinutes", { minutes: parts.minutes, seconds: parts.seconds });
    };
    return {
      usd: (value) => formatUsd(locale, value),
      usdShort: (value) => formatUsdShort(shortLocale, value),
      price: (value) => t("perMillion", { price: formatPrice(locale, value) }),
      duration: (ms) => inWords(durationParts(locale, ms)),
      durationShort: (ms) => inWords(durationPartsShort(locale, ms)),
      percent: (share) => formatPercent(locale, share),
      percentShort: (share) => short.format(share),
      points: (difference) => points.format(difference * 100),
      integer: (value) => integer.format(value),
      compact,
      compactShort,
      cell: (value) => cell.format(value),
      count: (value) => (value >= 100_000 ? compact(value) : integer.format(value)),
    };
  }, [locale, t, units]);
}

/**
 * Dates in the reader's language by named format. Node and the browser may know different versions of the language
 * data, which differ in kinds of space only: here every space is a plain one, so that both render the same text.
 */
export function useDates(): { dateTime: (date: Date, name: keyof typeof formats.dateTime) => string } {
  const format = useFormatter();
  return { dateTime: (date, name) => format.dateTime(date, name).replace(/\s/g, " ") };
}

/**
 * How long ago, or how long until then, in the reader's language. Japanese closes a number up with what it counts, as
 * every other number of the console does; the language data puts a space there.
 */
export function useRelativeTime(): (date: Date, now: Date) => string {
  const locale = useLocale();
  const format = useFormatter();
  return (date, now) => {
    const words = format.relativeTime(date, { now, style: "short" });
    return locale === "ja" ? words.replace(/(?<=\d)\s/g, "") : words;
  };
}

/** The words for a reason code; a code this console does not know is shown as it is. */
export function useReasonText(): (reason: string) => string {
  const t = useTranslations("reasons");
  return (reason) => (t.has(reason as Reason) ? t(reason as Reason) : reason);
}

/** The words for an error code of the API. */
export function useErrorCodeText(): (code: string) => string | null {
  const t = useTranslations("errors.code");
  return (code) => (t.has(code as ErrorCode) ? t(code as ErrorCode) : null);
}

/** What stands between two whole sentences: nothing where a full-width full stop brings its own space. */
export function useSentenceGap(): "" | " " {
  return /^(zh|ja)/.test(useLocale()) ? "" : " ";
}
