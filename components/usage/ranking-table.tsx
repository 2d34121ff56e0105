"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fragment, type ReactNode, useState } from "react";
import { rowsFirst, type UsageState } from "@/lib/schemas/figures";
import { isSum, metricOf } from "@/lib/schemas/stat-terms";
import type { StatNumbers, StatRest, StatsView } from "@/lib/schemas/stats";
import { otherColour } from "../charts/series";
import { groupLooks } from "../charts/stat-series";
import { useFormat } from "../format";
import { ProviderIcon } from "../provider-icon";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { useGroupName, useMetricText } from "./metric-text";
import { growthOf, logQueryOf, rankingOf } from "./ranking";

/** Every group with its value, its share, its change and what else it used; with a second split what it is made of. */
export function RankingTable({
  stats,
  state,
  scope,
  onAll,
}: {
  stats: StatsView;
  state: Pick<UsageState, "metric" | "all">;
  /** Conditions of the call log that hold for all rows. */
  scope: Record<string, string>;
  onAll: (all: boolean) => void;
}) {
  const t = useTranslations("usage");
  const format = useFormat();
  const { metric } = state;
  const by = stats.by ?? "model";
  const second = stats.then ?? null;
  const text = useMetricText(metric);
  const nameOf = useGroupName(by);
  const secondName = useGroupName(second);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = rankingOf(stats.groups ?? [], stats.totals, metric);
  const looks = groupLooks(stats);
  const shared = isSum(metric);
  const hrefOf = (query: Record<string, string>) =>
    `/logs?${new URLSearchParams({ from: stats.from, to: stats.to, ...scope, ...query })}`;
  const title = t("rankingTitle", { metric: t(`metric.${metric}`), by: t(`byName.${by as "model"}`) });
  const compared = rows.some(({ change }) => change);
  const others = [
    { metric: "calls", name: t("metric.calls"), value: (one: StatNumbers) => format.integer(one.calls) },
    {
      metric: "successRate",
      name: t("metric.successRate"),
      value: (one: StatNumbers) => (one.successRate === null ? "–" : format.percent(one.successRate)),
    },
    {
      metric: "tokens",
      name: t("tokens"),
      value: (one: StatNumbers) => format.compact(one.tokens.input + one.tokens.output),
    },
    {
      metric: "averageMs",
      name: t("metric.averageMs"),
      value: (one: StatNumbers) => (one.averageMs === null ? "–" : format.duration(one.averageMs)),
    },
    { metric: "cost", name: t("metric.cost"), value: (one: StatNumbers) => format.usd(one.costUsd) },
  ].filter((column) => column.metric !== metric);
  const cells = (
    totals: StatNumbers,
    { share, bar, colour, change }: { share: number | null; bar: number; colour: string; change: ReactNode },
  ) => (
    <>
      <Td label={t(`metric.${metric}`)} align="end" className="whitespace-nowrap font-medium">
        {text.show(metricOf(totals, metric))}
      </Td>
      <Td label={shared ? t("share") : t("againstLargest")}>
        <span className="flex min-w-0 flex-1 items-center gap-2">
          <span aria-hidden className="h-1.5 min-w-16 flex-1 overflow-hidden rounded-full bg-muted">
            <span
              style={{ width: `${(bar * 100).toFixed(2)}%`, background: colour }}
              className="block h-full rounded-full"
            />
          </span>
          {share !== null && <span className="w-12 shrink-0 text-end tabular-nums">{format.percentShort(share)}</span>}
        </span>
      </Td>
      {compared && (
        <Td label={t("change")} align="end" className="whitespace-nowrap">
          {change}
        </Td>
      )}
      {others.map((column) => (
        <Td key={column.metric} label={column.name} align="end" className="whitespace-nowrap">
          {column.value(totals)}
        </Td>
      ))}
    </>
  );
  const changeText = (change: (typeof rows)[number]["change"]) => {
    const growth = growthOf(change);
    if (growth === null) return change?.now && change.before === 0 ? t("changeNew") : "–";
    const share = format.percentShort(Math.abs(growth));
    // A change that would be written as nothing has no direction.
    const same = share === format.percentShort(0);
    return t("changeOf", { direction: same ? "same" : growth > 0 ? "up" : "down", share });
  };
  // A bar is as long as the share that stands beside it; what has no shares is held against the largest.
  const lengthOf = ({ share, bar }: { share: number | null; bar: number }) => (shared ? (share ?? 0) : bar);
  const restRow = (key: string, rest: StatRest | null | undefined, whole: StatNumbers, inner: boolean) => {
    if (!rest) return null;
    const value = metricOf(rest.totals, metric);
    const sum = metricOf(whole, metric);
    const share = shared && sum && value !== null ? value / sum : null;
    return (
      <Tr key={key} density="compact">
        <Td primary className={cn("text-muted-foreground", inner && "ps-6 md:first:ps-14")}>
          {t("other", { count: rest.count })}
        </Td>
        {cells(rest.totals, { share, bar: share ?? 0, colour: otherColour, change: "–" })}
      </Tr>
    );
  };
  const unlisted = stats.rest?.count ?? 0;
  return (
    <Card
      title={title}
      description={t(compared && stats.comparison ? "rankingNoteChange" : "rankingNote", {
        count: rows.length + unlisted,
      })}
      flush
      footer={
        (unlisted > 0 || (state.all && rows.length > rowsFirst)) && (
          <Button size="compact" variant="ghost" onClick={() => onAll(!state.all)}>
            {state.all ? t("showFirst", { count: rowsFirst }) : t("showAll", { count: rows.length + unlisted })}
          </Button>
        )
      }
    >
      <Table label={title}>
        <Thead>
          <Th>{t(`by.${by as "model"}`)}</Th>
          <Th align="end">{t(`metric.${metric}`)}</Th>
          <Th className="w-1/5">{shared ? t("share") : t("againstLargest")}</Th>
          {compared && <Th align="end">{t("change")}</Th>}
          {others.map((column) => (
            <Th key={column.metric} align="end">
              {column.name}
            </Th>
          ))}
        </Thead>
        <Tbody>
          {rows.map((row) => {
            const colour = looks.get(row.id)?.colour ?? otherColour;
            const expanded = open.has(row.id);
            return (
              <Fragment key={row.id}>
                <Tr density="compact">
                  <Td primary>
                    <span className="inline-flex min-w-0 items-center gap-2">
                      {second && (
                        <button
                          type="button"
                          aria-expanded={expanded}
                          aria-label={t("expand", { name: nameOf(row), by: t(`byName.${second as "model"}`) })}
                          onClick={() => setOpen(toggled(open, row.id))}
                          className="-m-1 inline-flex size-6 shrink-0 items-center justify-center rounded-control hover:bg-muted touch:size-11"
                        >
                          <ChevronRight
                            aria-hidden
                            className={cn("size-4 transition-transform", expanded && "rotate-90")}
                          />
                        </button>
                      )}
                      {by === "provider" && row.name !== "" ? (
                        <ProviderIcon name={row.name} size="small" />
                      ) : (
                        <span
                          aria-hidden
                          style={{ background: colour }}
                          className="size-2.5 shrink-0 rounded-xs forced-colors:border"
                        />
                      )}
                      <GroupLink id={row.id} href={hrefOf(logQueryOf(by, row.id))}>
                        {nameOf(row)}
                      </GroupLink>
                    </span>
                  </Td>
                  {cells(row.totals, { ...row, bar: lengthOf(row), colour, change: changeText(row.change) })}
                </Tr>
                {second &&
                  expanded &&
                  rankingOf(row.parts ?? [], row.totals, metric).map((part) => (
                    <Tr key={part.id} density="compact">
                      <Td primary className="ps-6 font-normal md:first:ps-14">
                        <GroupLink
                          id={part.id}
                          href={hrefOf({ ...logQueryOf(by, row.id), ...logQueryOf(second, part.id) })}
                        >
                          {secondName(part)}
                        </GroupLink>
                      </Td>
                      {cells(part.totals, { ...part, colour, change: "" })}
                    </Tr>
                  ))}
                {second && expanded && restRow("rest", row.partsRest, row.totals, true)}
              </Fragment>
            );
          })}
          {restRow("rest", stats.rest, stats.totals, false)}
        </Tbody>
      </Table>
    </Card>
  );
}

/** A name that leads to its calls; calls that belong to nothing have no such list. */
function GroupLink({ id, href, children }: { id: string; href: string; children: ReactNode }) {
  if (id === "") return <span className="text-muted-foreground">{children}</span>;
  return (
    <Link href={href} prefetch={false} className="break-words hover:underline">
      {children}
    </Link>
  );
}

function toggled(open: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(open);
  if (!next.delete(id)) next.add(id);
  return next;
}
