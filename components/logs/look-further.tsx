"use client";

import { History, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDates } from "../format";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

/** How often a list that found nothing yet looks on by itself. */
export const lookAgainMost = 10;

/** `lookedTo` is how far the list has looked (RFC 3339); `upwards` that it begins with the oldest calls. */
type Looked = { lookedTo: string; upwards: boolean };

/** Under rows: how far was looked, and the way on. */
export function LookFurther({ lookedTo, upwards, pending, onLook }: Looked & { pending: boolean; onLook: () => void }) {
  const t = useTranslations("logs.look");
  const dates = useDates();
  const time = dates.dateTime(new Date(lookedTo), "moment");
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2">
      <p role="status">{t(upwards ? "newer" : "older", { time })}</p>
      <Button size="compact" icon={History} pending={pending} onClick={onLook}>
        {t(upwards ? "furtherOn" : "furtherBack")}
      </Button>
    </div>
  );
}

/** In place of rows: nothing was found as far as was looked, and the list looks on or waits to be asked. */
export function NothingYet({
  lookedTo,
  upwards,
  looking,
  onLook,
  onStop,
}: Looked & { looking: boolean; onLook: () => void; onStop: () => void }) {
  const t = useTranslations("logs.look");
  const dates = useDates();
  const time = dates.dateTime(new Date(lookedTo), "moment");
  return (
    <EmptyState
      icon={History}
      title={t(looking ? "lookingTitle" : "nothingTitle")}
      action={
        looking ? (
          <Button icon={Square} onClick={onStop}>
            {t("stop")}
          </Button>
        ) : (
          <Button icon={History} onClick={onLook}>
            {t(upwards ? "furtherOn" : "furtherBack")}
          </Button>
        )
      }
    >
      <span role="status">{t(upwards ? "newer" : "older", { time })}</span>
    </EmptyState>
  );
}

/** In an order by a figure: that only the calls since then are in it. */
export function SortedSince({ time }: { time: string }) {
  const t = useTranslations("logs.look");
  const dates = useDates();
  return (
    <p className="text-muted-foreground text-small">
      {t("sorted", { time: dates.dateTime(new Date(time), "moment") })}
    </p>
  );
}
