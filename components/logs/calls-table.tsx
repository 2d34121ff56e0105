"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import type { CallView } from "@/lib/schemas/logs";
import { AttemptDots } from "../calls/attempt-dots";
import { useEndpointText } from "../calls/endpoint-text";
import { OutcomeBadge } from "../calls/outcome-badge";
import { useDates, useFormat } from "../format";
import { ProviderIcon } from "../provider-icon";
import { Badge } from "../ui/badge";
import { Money } from "../ui/money";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

/** Calls in a list. A press on a row opens it; with a modifier key, its link opens a new tab as any link does. */
export function CallsTable({
  calls,
  selected,
  onOpen,
}: {
  calls: readonly CallView[];
  selected: string | null;
  onOpen: (id: string) => void;
}) {
  const t = useTranslations("logs");
  return (
    <Table label={t("table")}>
      <Thead>
        <Th>{t("time")}</Th>
        <Th>{t("outcome")}</Th>
        <Th>{t("model")}</Th>
        <Th className="whitespace-nowrap">{t("endpoint")}</Th>
        <Th className="whitespace-nowrap">{t("group")}</Th>
        <Th>{t("key")}</Th>
        <Th className="whitespace-nowrap">{t("attempts")}</Th>
        <Th align="end">{t("firstToken")}</Th>
        <Th align="end" className="whitespace-nowrap">
          {t("total")}
        </Th>
        <Th align="end">{t("tokensTitle")}</Th>
        <Th align="end">{t("cost")}</Th>
      </Thead>
      <Tbody>
        {calls.map((call) => (
          <CallRow
            key={call.id}
            call={call}
            selected={call.id === selected || call.requestId === selected}
            onOpen={onOpen}
          />
        ))}
      </Tbody>
    </Table>
  );
}

function CallRow({ call, selected, onOpen }: { call: CallView; selected: boolean; onOpen: (id: string) => void }) {
  const t = useTranslations("logs");
  const format = useFormat();
  const dates = useDates();
  const endpointText = useEndpointText();
  const at = new Date(call.at);
  const openRow = (event: MouseEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    // Somebody marking text to copy does not want a drawer over it.
    if (window.getSelection()?.toString()) return;
    event.preventDefault();
    onOpen(call.id);
  };
  return (
    <Tr density="compact" aria-selected={selected} data-call={call.id} onClick={openRow} className="cursor-pointer">
      <Td primary className="whitespace-nowrap md:font-normal">
        <Link
          href={`/logs/${call.id}`}
          prefetch={false}
          title={dates.dateTime(at, "full")}
          className="rounded-xs hover:underline"
        >
          <time dateTime={call.at}>{dates.dateTime(at, "log")}</time>
        </Link>
      </Td>
      <Td label={t("outcome")} className="whitespace-nowrap">
        <OutcomeBadge outcome={call.outcome} />
      </Td>
      <Td label={t("model")} className="md:min-w-44">
        <span className="inline-flex min-w-0 max-w-72 flex-wrap items-center justify-end gap-x-1.5 md:justify-start">
          <span className="min-w-0 break-all font-medium">{call.model ?? "–"}</span>
          {call.servedModel !== null && call.servedModel !== call.model && (
            <span className="inline-flex min-w-0 items-center gap-1 text-muted-foreground" title={call.provider?.name}>
              <ArrowRight aria-hidden className="size-3 shrink-0" />
              {call.provider && <ProviderIcon size="small" name={call.provider.name} />}
              <span className="min-w-0 break-all">{call.servedModel}</span>
            </span>
          )}
        </span>
      </Td>
      <Td label={t("endpoint")} className="md:whitespace-nowrap">
        {endpointText(call.endpoint)}
      </Td>
      <Td label={t("group")} className="md:whitespace-nowrap">
        <span className="inline-flex items-center gap-1.5">
          {call.group?.name ?? "–"}
          {call.demo && (
            <Badge tone="neutral" icon={false}>
              {t("demo")}
            </Badge>
          )}
        </span>
      </Td>
      <Td label={t("key")}>
        <span className="max-w-40 truncate md:block" title={call.key?.name}>
          {call.key?.name ?? "–"}
        </span>
      </Td>
      <Td label={t("attempts")}>
        <AttemptDots reasons={call.attemptReasons} />
      </Td>
      <Td label={t("firstToken")} align="end" className="whitespace-nowrap">
        {call.firstTokenMs === null ? "–" : format.duration(call.firstTokenMs)}
      </Td>
      <Td label={t("total")} align="end" className="whitespace-nowrap">
        {format.duration(call.totalMs)}
      </Td>
      <Td label={t("tokens")} align="end" className="whitespace-nowrap">
        {call.usage ? `${format.integer(call.usage.input)} / ${format.integer(call.usage.output)}` : "–"}
      </Td>
      <Td label={t("cost")} align="end" className="whitespace-nowrap">
        {call.cost === null && call.usage === null ? "–" : <Money usd={call.cost?.usd} />}
      </Td>
    </Tr>
  );
}
