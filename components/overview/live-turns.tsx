"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, LoaderCircle, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { DemoTurnsView } from "@/lib/schemas/demo";
import { api } from "../api-client";
import { useFormat, useReasonText } from "../format";

const everyMs = 120;
/** The bars have this much room at first; longer calls make their own. */
const leastMs = 1500;

/** Whom the call asks, drawn while it runs: each attempt with how it ended, the last one with what it does. */
export function LiveTurns({ keyId, streaming }: { keyId: string; streaming: boolean }) {
  const t = useTranslations("overview.first");
  const format = useFormat();
  const reasonText = useReasonText();
  const query = useQuery({
    queryKey: ["demo-turns", keyId],
    queryFn: async () => ({ ...(await api.get<DemoTurnsView>(`/api/admin/demo/turns?key=${keyId}`)), at: Date.now() }),
    refetchInterval: everyMs,
    gcTime: 0,
  });
  // A call that has just ended is no longer known; what it did stays in sight.
  const [shown, setShown] = useState<DemoTurnsView["turns"]>([]);
  const turns = query.data?.turns;
  useEffect(() => {
    if (turns && turns.length > 0) setShown(turns);
  }, [turns]);
  const first = shown[0];
  if (!first) return null;
  const last = shown.at(-1) ?? first;
  const totalMs = Math.max(leastMs, (last.endedAt ?? last.startedAt + everyMs * 2) - first.startedAt);
  return (
    <section aria-label={t("live")} className="min-w-0">
      <h3 className="mb-1 text-caption text-muted-foreground">{t("live")}</h3>
      <ol className="flex flex-col text-small">
        {shown.map((turn) => {
          const underWay = turn.endedAt === null;
          const endMs = (turn.endedAt ?? first.startedAt + totalMs) - first.startedAt;
          const fromMs = turn.startedAt - first.startedAt;
          const Icon = underWay ? (streaming ? Check : LoaderCircle) : X;
          const tone = underWay
            ? streaming
              ? "text-state-ready"
              : "animate-spin text-muted-foreground"
            : "text-danger";
          return (
            <li
              key={`${turn.deployment} ${turn.startedAt}`}
              className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-center gap-x-2 gap-y-1 border-b py-1.5 last:border-b-0 sm:grid-cols-[1rem_10rem_minmax(0,1fr)_minmax(8rem,auto)]"
            >
              <Icon aria-hidden className={`size-4 ${tone}`} strokeWidth={2} />
              <span className="truncate font-medium">{turn.deployment}</span>
              <span aria-hidden className="relative col-span-full row-start-2 block h-2 sm:col-span-1 sm:row-start-1">
                <span
                  style={{
                    left: `${(fromMs / totalMs) * 100}%`,
                    width: `${Math.max(1, ((endMs - fromMs) / totalMs) * 100)}%`,
                  }}
                  className={`absolute inset-y-0 rounded-xs ${underWay && streaming ? "bg-phase-stream" : "bg-phase-wait"}`}
                />
              </span>
              <span className="text-muted-foreground">
                {underWay
                  ? t(streaming ? "liveStreaming" : "liveAsking")
                  : `${turn.reason === null ? "" : reasonText(turn.reason)} · ${format.duration(endMs - fromMs)}`}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
