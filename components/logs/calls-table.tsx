"use client";

import { ArrowRight, Check, Ellipsis } from "lucide-react";
import Link from "next/link";
import { useNow, useTranslations } from "next-intl";
import { type MouseEvent, memo, type ReactNode } from "react";
import { middleTruncated } from "@/lib/format";
import type { RunningCall } from "@/lib/gateway/types";
import type { CallView } from "@/lib/schemas/logs";
import { AttemptDots } from "../calls/attempt-dots";
import { useEndpointText } from "../calls/endpoint-text";
import { OutcomeBadge } from "../calls/outcome-badge";
import { useDates, useFormat } from "../format";
import { ProviderIcon } from "../provider-icon";
import { Badge } from "../ui/badge";
import { IconButton } from "../ui/button";
import { cn } from "../ui/cn";
import { Money } from "../ui/money";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import type { LogColumn } from "./columns";
import { cardCellClass, cardClass } from "./row-card";
import { RunningRow } from "./running-row";
import { SortHead } from "./sort-head";

export type CallsTableProps = {
  calls: readonly CallView[];
  /** Calls under way, while the list is live. */
  running: readonly RunningCall[];
  /** Those of them that have ended since, by id: shown where they ran. */
  ended: ReadonlyMap<string, CallView>;
  columns: readonly LogColumn[];
  /** Id or request id of the call in the drawer. */
  selected: string | null;
  marked: ReadonlySet<string>;
  sort: string;
  onSort: (sort: string) => void;
  onOpen: (id: string) => void;
  onMark: (id: string, upTo: boolean) => void;
  onActions: (call: CallView, anchor: HTMLElement) => void;
};

const endColumns: readonly LogColumn[] = ["ttft", "total", "tokens", "cached", "cost"];
const sortable: Partial<Record<LogColumn, string>> = { ttft: "ttft", total: "total", tokens: "tokens", cost: "cost" };

/** Calls in a list. A press on a row opens it; with a modifier key, its link opens a new tab as any link does. */
export function CallsTable({
  calls,
  running,
  ended,
  columns,
  selected,
  marked,
  sort,
  onSort,
  ...acts
}: CallsTableProps) {
  const t = useTranslations("logs");
  const tColumn = useTranslations("logs.column");
  const row = (call: CallView) => (
    <CallRow
      key={call.id}
      call={call}
      columns={columns}
      selected={call.id === selected || call.requestId === selected}
      marked={marked.has(call.id)}
      {...acts}
    />
  );
  return (
    <Table label={t("table")} className="md:max-2xl:[&_:is(td,th):not(:first-child,:last-child)]:px-1.5">
      <Thead>
        <Th className="w-px pe-0">
          <span className="sr-only">{t("mark")}</span>
        </Th>
        <SortHead name="at" sort={sort} onSort={onSort}>
          {tColumn("at")}
        </SortHead>
        {columns.map((column) => {
          const name = sortable[column];
          const align = endColumns.includes(column) ? "end" : "start";
          return name ? (
            <SortHead key={column} name={name} sort={sort} onSort={onSort} align={align}>
              {tColumn(column)}
            </SortHead>
          ) : (
            <Th key={column} align={align} className="2xl:whitespace-nowrap">
              {tColumn(column)}
            </Th>
          );
        })}
        <Th className="w-px ps-0">
          <span className="sr-only">{t("actions")}</span>
        </Th>
      </Thead>
      <Tbody>
        {running.map((call) => {
          const finished = ended.get(call.id);
          return finished ? row(finished) : <RunningRow key={call.id} call={call} columns={columns} />;
        })}
        {calls.map(row)}
      </Tbody>
    </Table>
  );
}

type CallRowProps = Pick<CallsTableProps, "columns" | "onOpen" | "onMark" | "onActions"> & {
  call: CallView;
  selected: boolean;
  marked: boolean;
};

const CallRow = memo(function CallRow({ call, columns, selected, marked, onOpen, onMark, onActions }: CallRowProps) {
  const t = useTranslations("logs");
  const tColumn = useTranslations("logs.column");
  const dates = useDates();
  const at = new Date(call.at);
  const openRow = (event: MouseEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    // Somebody marking text to copy does not want a drawer over it.
    if (window.getSelection()?.toString()) return;
    event.preventDefault();
    onOpen(call.id);
  };
  const now = useNow();
  const thisYear = at.getFullYear() === now.getFullYear();
  const name = dates.dateTime(at, "log");
  return (
    <Tr
      density="compact"
      aria-selected={selected}
      data-call={call.id}
      onClick={openRow}
      className={cn("cursor-pointer data-marked:bg-accent md:max-2xl:h-12", cardClass)}
      data-marked={marked || undefined}
    >
      <Td className="absolute end-4 top-2 md:static md:w-px md:pe-0">
        <span className="relative block size-4 touch:size-6">
          <input
            type="checkbox"
            checked={marked}
            aria-label={t("markCall", { name })}
            tabIndex={-1}
            className="peer block size-full cursor-pointer appearance-none rounded-xs border border-input bg-card checked:border-primary checked:bg-primary"
            onClick={(event) => event.stopPropagation()}
            onChange={(event) =>
              onMark(call.id, event.nativeEvent instanceof PointerEvent && event.nativeEvent.shiftKey)
            }
          />
          <Check
            aria-hidden
            className="pointer-events-none invisible absolute inset-0 m-auto size-3.5 text-primary-foreground peer-checked:visible touch:size-5 forced-colors:text-[CanvasText]"
            strokeWidth={2.5}
          />
        </span>
      </Td>
      <Td primary className="col-span-full whitespace-nowrap pe-20 md:pe-3 md:font-normal">
        <Link
          href={`/logs/${call.id}`}
          prefetch={false}
          data-row-link
          title={dates.dateTime(at, "full")}
          className="rounded-xs hover:underline"
          onClick={openRow}
        >
          <time dateTime={call.at}>{thisYear ? dates.dateTime(at, "logOfYear") : name}</time>
        </Link>
      </Td>
      {columns.map((column) => (
        <Td
          key={column}
          label={tColumn(column)}
          align={endColumns.includes(column) ? "end" : "start"}
          className={cn(cardCellClass, column === "model" ? "min-[360px]:max-md:col-span-2 " : "md:whitespace-nowrap")}
          {...conditionOf(call, column)}
        >
          <Cell call={call} column={column} />
        </Td>
      ))}
      <Td className="absolute end-11 top-0.5 md:static md:w-px md:ps-0">
        <span>
          <IconButton
            icon={Ellipsis}
            label={t("actionsOf", { name })}
            tooltip={false}
            tabIndex={-1}
            aria-haspopup="menu"
            className="md:size-7"
            onClick={(event) => {
              event.stopPropagation();
              onActions(call, event.currentTarget);
            }}
          />
        </span>
      </Td>
    </Tr>
  );
});

/** What a cell narrows the list to. It can be focused by script, so that `p` knows which one is meant. */
function conditionOf(call: CallView, column: LogColumn): Record<string, string | number> {
  const values: Partial<Record<LogColumn, [string, string | null | undefined]>> = {
    outcome: ["outcome", call.outcome],
    model: ["model", call.model],
    endpoint: ["endpoint", call.endpoint],
    group: ["group", call.group?.name],
    key: ["key", call.key?.id],
    provider: ["provider", call.provider?.id],
    status: ["status", String(call.status)],
    session: ["session", call.sessionId],
    ip: ["ip", call.clientIp],
    agent: ["userAgent", call.userAgent],
    attempts: ["reason", call.attemptReasons.find((reason) => reason !== "ok")],
  };
  const [parameter, value] = values[column] ?? [];
  return parameter && value ? { "data-filter": parameter, "data-value": value, tabIndex: -1 } : {};
}

function Cell({ call, column }: { call: CallView; column: LogColumn }): ReactNode {
  const t = useTranslations("logs");
  const tBar = useTranslations("filterBar");
  const format = useFormat();
  const endpointText = useEndpointText();
  const cut = (text: string | null | undefined) =>
    text ? (
      <span className="max-w-40 truncate md:block md:max-2xl:max-w-28" title={text}>
        {text}
      </span>
    ) : (
      "–"
    );
  switch (column) {
    case "outcome":
      return <OutcomeBadge outcome={call.outcome} />;
    case "model":
      return (
        <span className="inline-flex min-w-0 max-w-72 flex-wrap items-center gap-x-1.5 md:max-2xl:flex-col md:max-2xl:items-start">
          <span className="inline-flex min-w-0 items-center gap-1.5">
            <span className="min-w-0 break-words font-medium">{call.model ?? "–"}</span>
            {call.demo && (
              <Badge tone="neutral" icon={false}>
                {t("demo")}
              </Badge>
            )}
          </span>
          {call.servedModel !== null && call.servedModel !== call.model && (
            <span
              className="inline-flex min-w-0 items-center gap-1 text-muted-foreground"
              title={[call.provider?.name, call.servedModel].filter(Boolean).join("/")}
            >
              <ArrowRight aria-hidden className="size-3 shrink-0" />
              {call.provider && <ProviderIcon size="small" name={call.provider.name} />}
              <span className="min-w-0 break-words md:max-2xl:max-w-36 md:max-2xl:truncate">{call.servedModel}</span>
            </span>
          )}
        </span>
      );
    case "endpoint":
      return endpointText(call.endpoint);
    case "group":
      return cut(call.group?.name);
    case "key":
      return cut(call.key?.name);
    case "provider":
      return cut(call.provider?.name);
    case "status":
      return <span className="font-mono">{call.status}</span>;
    case "stream":
      return tBar(call.stream ? "yes" : "no");
    case "attempts":
      return <AttemptDots reasons={call.attemptReasons} />;
    case "ttft":
      return call.firstTokenMs === null ? "–" : format.duration(call.firstTokenMs);
    case "total":
      return format.duration(call.totalMs);
    case "tokens":
      return call.usage ? `${format.integer(call.usage.input)} / ${format.integer(call.usage.output)}` : "–";
    case "cached":
      return call.usage ? format.integer(call.usage.cached) : "–";
    case "cost":
      return call.cost === null && call.usage === null ? "–" : <Money usd={call.cost?.usd} />;
    case "session":
      return cut(call.sessionId);
    case "ip":
      return <span className="font-mono">{call.clientIp ?? "–"}</span>;
    case "agent":
      return cut(call.userAgent);
    case "requestId":
      return (
        <code className="break-all" title={call.requestId}>
          {middleTruncated(call.requestId, { head: 8, tail: 6 })}
        </code>
      );
  }
}
