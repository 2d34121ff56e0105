"use client";

import { useNow } from "next-intl";
import { useDates } from "../format";

const dayMs = 86_400_000;

/**
 * The moment at which something begins anew, in the reader's time zone: the time alone while it is less than a day
 * away, else with its date; everything in the tooltip. `words` puts it into a sentence.
 */
export function ResetTime({ at, words }: { at: string | number; words: (when: string) => string }) {
  const dates = useDates();
  const now = useNow({ updateInterval: 60_000 });
  const date = new Date(at);
  const isSoon = date.getTime() - now.getTime() < dayMs;
  return (
    <time dateTime={date.toISOString()} title={dates.dateTime(date, "full")}>
      {words(dates.dateTime(date, isSoon ? "minute" : "moment"))}
    </time>
  );
}
