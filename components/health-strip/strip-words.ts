"use client";

import { useTranslations } from "next-intl";
import { useDates, useFormat, useReasonText } from "@/components/format";
import type { HealthCell, HealthEvent } from "@/lib/schemas/health";
import { fewCalls } from "@/lib/schemas/health-terms";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The words of a strip's cells and events. Needs the `healthStrip` messages. */
export function useStripWords() {
  const t = useTranslations("healthStrip");
  const format = useFormat();
  const dates = useDates();
  const reasonText = useReasonText();

  function span(from: string, to: string): string {
    const ms = Date.parse(to) - Date.parse(from);
    const begin = new Date(from);
    if (ms >= dayMs - 2 * 60 * minuteMs) return dates.dateTime(begin, "date");
    const short = ms < 10 * minuteMs ? "time" : "minute";
    const first = ms < 10 * minuteMs ? "time" : "moment";
    return t("span", { from: dates.dateTime(begin, first), to: dates.dateTime(new Date(to), short) });
  }

  return {
    span,
    /** "02:05–02:10, degraded, 96.2 %, 412 attempts". */
    cell(cell: HealthCell, to: string): string {
      const facts = { span: span(cell.at, to), state: t(`state.${cell.state}`) };
      if (cell.attempts === 0) return t("cellEmpty", facts);
      const known = cell.ok + cell.failed;
      const counted = { ...facts, count: cell.attempts };
      if (known === 0) return t("cellUnknown", counted);
      const share = format.percent(cell.ok / known);
      return cell.attempts < fewCalls ? t("cellFew", { ...counted, share }) : t("cell", { ...counted, share });
    },
    /** "02:07:31", for events of a cell, whose day is told. */
    time: (event: HealthEvent) => dates.dateTime(new Date(event.at), "time"),
    /** What happened, without its time. */
    event(event: HealthEvent): string {
      const { kind, failures, threshold, windowMinutes } = event;
      const reason = event.reason === null ? "" : reasonText(event.reason);
      switch (kind) {
        case "opened":
        case "reopened":
          return failures !== undefined && threshold !== undefined && windowMinutes !== undefined
            ? t(`event.${kind}`, { reason, failures, threshold, windowMinutes })
            : t("event.openedPlain", { reason });
        case "closed":
        case "credential_returned": {
          const by = (["answered", "reset", "restart", "removed"] as const).find((one) => one === event.reason);
          return t(`event.${kind}`, { by: by ?? "answered" });
        }
        case "credential_refused":
          return t("event.credential_refused", { reason });
        case "held":
          return t("event.held", { actor: event.actor ?? "", reason: event.reason ?? "none" });
        case "released":
        case "reset":
        case "changed":
          return t(`event.${kind}`, { actor: event.actor ?? "" });
        default:
          return t(`event.${kind}`);
      }
    },
  };
}
