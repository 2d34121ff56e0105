"use client";

import { ListTree, Pause, Play, RotateCcw, Zap } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useFormat, useReasonText } from "@/components/format";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { logsHref } from "@/components/health-strip/logs-href";
import { useStripWords } from "@/components/health-strip/strip-words";
import { useStrips } from "@/components/health-strip/use-strips";
import { useMay } from "@/components/permissions";
import { LiveStateBadge } from "@/components/providers/live-state";
import { Button, ButtonLink } from "@/components/ui/button";
import { LogTime, RelativeTime } from "@/components/ui/relative-time";
import { Sheet } from "@/components/ui/sheet";
import type { HealthRange } from "@/lib/schemas/health";
import type { RowActions } from "./deployments-table";
import { isHeld, isTroubled, nameOf, type StatusRow } from "./status-rows";
import type { Probed } from "./use-probes";
import { ProbeText, Why } from "./why";

const shownEvents = 30;

/** One deployment with all that happened to it in the range, and everything that can be done about it. */
export function StatusSheet({
  row,
  range,
  windowMinutes,
  probed,
  actions,
  onClose,
}: {
  row: StatusRow;
  range: HealthRange;
  windowMinutes: number;
  probed: Probed | undefined;
  actions: Omit<RowActions, "select">;
  onClose: () => void;
}) {
  const t = useTranslations("status");
  const format = useFormat();
  const reasonText = useReasonText();
  const words = useStripWords();
  const may = useMay();
  const { deployment, state } = row;
  const view = useStrips("deployments", range).data;
  const health = view?.rows.find(({ id }) => id === deployment.id);
  const { totals, lastError = null, events = [] } = health ?? {};
  const pending = actions.pendingId === deployment.id;
  const facts: [string, ReactNode][] = [
    [t("columns.success"), totals?.successRate == null ? "–" : format.percent(totals.successRate)],
    [t("columns.p95"), totals?.p95 == null ? "–" : format.duration(totals.p95)],
    [t("columns.attempts"), totals ? format.integer(totals.attempts) : "–"],
    [
      t("columns.lastError"),
      lastError === null ? (
        "–"
      ) : (
        <Link
          key="error"
          href={`/logs?sel=${lastError.callId}`}
          prefetch={false}
          className="rounded-xs hover:underline"
        >
          {reasonText(lastError.reason)} · <RelativeTime at={lastError.at} />
        </Link>
      ),
    ],
  ];
  return (
    <Sheet
      open
      size="detail"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={<span className="break-words">{nameOf(row)}</span>}
      footer={
        <>
          <ButtonLink icon={ListTree} href={`/logs?range=24h&tried=${deployment.id}`}>
            {t("toCalls")}
          </ButtonLink>
          {may("write") && (
            <>
              <Button icon={Zap} pending={probed === "running"} onClick={() => actions.probe(row)}>
                {t("probeNow")}
              </Button>
              {isTroubled(state) && (
                <Button icon={RotateCcw} pending={pending} onClick={() => actions.reset(deployment)}>
                  {t("reset")}
                </Button>
              )}
              {isHeld(row) ? (
                <Button variant="primary" icon={Play} pending={pending} onClick={() => actions.release(deployment)}>
                  {t("release")}
                </Button>
              ) : (
                <Button variant="primary" icon={Pause} onClick={() => actions.hold(deployment)}>
                  {t("hold")}
                </Button>
              )}
            </>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <div className="flex flex-col gap-1.5">
          <span>
            <LiveStateBadge state={state} />
          </span>
          <Why row={row} windowMinutes={windowMinutes} />
          <span aria-live="polite">
            <ProbeText result={probed} />
          </span>
        </div>
        <HealthStrip
          name={nameOf(row)}
          cells={view === undefined ? undefined : (health?.cells ?? [])}
          to={view?.to}
          events={events}
          hrefOf={(span) => logsHref({ tried: deployment.id }, span)}
        />
        <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
          {facts.map(([name, value]) => (
            <div key={name} className="min-w-0">
              <dt className="text-caption text-muted-foreground">{name}</dt>
              <dd className="break-words text-body">{value}</dd>
            </div>
          ))}
        </dl>
        {deployment.groups.length > 0 && (
          <section className="flex flex-col gap-1">
            <h3 className="text-caption text-muted-foreground">{t("columns.groups")}</h3>
            <p className="flex flex-wrap gap-x-3 gap-y-1">
              {deployment.groups.map((group) => (
                <Link
                  key={group.id}
                  href={`/groups/${group.id}`}
                  prefetch={false}
                  className="break-words rounded-xs hover:underline"
                >
                  {group.name}
                </Link>
              ))}
            </p>
          </section>
        )}
        <section className="flex flex-col gap-1">
          <h3 className="text-caption text-muted-foreground">{t("history")}</h3>
          {events.length === 0 ? (
            <p className="text-muted-foreground text-small">{t("noHistory")}</p>
          ) : (
            <ol className="flex flex-col divide-y text-small">
              {events
                .toReversed()
                .slice(0, shownEvents)
                .map((event) => (
                  <li key={`${event.at}-${event.kind}`} className="flex flex-wrap gap-x-4 gap-y-0.5 py-1.5">
                    <span className="shrink-0 text-muted-foreground tabular-nums">
                      <LogTime at={event.at} />
                    </span>
                    <span className="min-w-0 flex-1 basis-56">{words.event(event)}</span>
                  </li>
                ))}
            </ol>
          )}
        </section>
      </div>
    </Sheet>
  );
}
