"use client";

import { useFormatter, useNow, useTranslations } from "next-intl";
import { useDates, useRelativeTime } from "../format";
import { Tooltip } from "./tooltip";

/** "3 min. ago", the exact time in the tooltip. For lists; a log shows the time itself. */
export function RelativeTime({ at, fallback }: { at: string | number | Date | null | undefined; fallback?: string }) {
  const t = useTranslations("common");
  const format = useFormatter();
  const relativeTime = useRelativeTime();
  const now = useNow({ updateInterval: 30_000 });
  if (at === null || at === undefined) return <span className="text-muted-foreground">{fallback ?? t("never")}</span>;
  const date = new Date(at);
  // `now` moves every 30 s; what happened since would read as the future.
  const justHappened = date > now && date.getTime() <= Date.now();
  return (
    <Tooltip content={format.dateTime(date, "full")}>
      <time dateTime={date.toISOString()} className="whitespace-nowrap" suppressHydrationWarning>
        {relativeTime(date, justHappened ? date : now)}
      </time>
    </Tooltip>
  );
}

/** Date and time as in a log. */
export function LogTime({ at }: { at: string | number | Date }) {
  const format = useDates();
  const date = new Date(at);
  return (
    <Tooltip content={format.dateTime(date, "full")}>
      <time dateTime={date.toISOString()} className="whitespace-nowrap">
        {format.dateTime(date, "log")}
      </time>
    </Tooltip>
  );
}
