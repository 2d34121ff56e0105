"use client";

import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Page } from "@/lib/schemas/common";
import type { PortalCallView } from "@/lib/schemas/portal";
import { useEndpointText } from "../calls/endpoint-text";
import { OutcomeBadge } from "../calls/outcome-badge";
import { useErrorCodeText, useFormat } from "../format";
import { QueryError } from "../query-error";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { Money } from "../ui/money";
import { LogTime } from "../ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { CallText } from "./call-text";
import { portalApi } from "./portal-api";

const liveMs = 5_000;

/** The key's own calls. What was sent and answered only where the key stores it. */
export function CallsCard({ initial, storesText }: { initial: Page<PortalCallView>; storesText: boolean }) {
  const t = useTranslations("portal.calls");
  const tLogs = useTranslations("logs");
  const [open, setOpen] = useState<PortalCallView | null>(null);
  const list = useInfiniteQuery({
    queryKey: ["portal", "calls"],
    queryFn: ({ pageParam }) =>
      portalApi.get<Page<PortalCallView>>(
        pageParam === null ? "calls" : `calls?cursor=${encodeURIComponent(pageParam)}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    initialData: { pages: [initial], pageParams: [null] } satisfies InfiniteData<Page<PortalCallView>, string | null>,
    // Older pages are read once: new calls on top would move them under the reader.
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : liveMs),
  });
  const calls = list.data.pages.flatMap(({ items }) => items);
  return (
    <Card
      title={t("title")}
      description={t("hint")}
      flush
      footer={
        list.hasNextPage ? (
          <Button pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {tLogs("loadOlder")}
          </Button>
        ) : undefined
      }
    >
      <QueryError query={list} />
      {calls.length === 0 ? (
        <EmptyState title={tLogs("emptyTitle")}>{t("empty")}</EmptyState>
      ) : (
        <Table label={tLogs("table")}>
          <Thead>
            <Th>{tLogs("time")}</Th>
            <Th>{tLogs("outcome")}</Th>
            <Th>{tLogs("model")}</Th>
            <Th>{tLogs("endpoint")}</Th>
            <Th align="end">{tLogs("total")}</Th>
            <Th align="end">{tLogs("tokensTitle")}</Th>
            <Th align="end">{tLogs("cost")}</Th>
            {storesText && (
              <Th>
                <span className="sr-only">{t("text")}</span>
              </Th>
            )}
          </Thead>
          <Tbody>
            {calls.map((call) => (
              <CallRow key={call.id} call={call} onOpen={storesText ? () => setOpen(call) : null} />
            ))}
          </Tbody>
        </Table>
      )}
      <CallText call={open} onClose={() => setOpen(null)} />
    </Card>
  );
}

function CallRow({ call, onOpen }: { call: PortalCallView; onOpen: (() => void) | null }) {
  const t = useTranslations("portal.calls");
  const tLogs = useTranslations("logs");
  const format = useFormat();
  const endpointText = useEndpointText();
  const errorText = useErrorCodeText();
  const problem = call.errorCode === null ? null : (errorText(call.errorCode) ?? call.errorCode);
  return (
    <Tr density="compact">
      <Td primary className="whitespace-nowrap md:font-normal">
        <LogTime at={call.at} />
      </Td>
      <Td label={tLogs("outcome")}>
        <span className="flex min-w-0 flex-col items-end gap-0.5 md:items-start">
          <OutcomeBadge outcome={call.outcome} />
          {problem && (
            <span className="max-w-72 text-end text-caption text-muted-foreground md:text-start">{problem}</span>
          )}
        </span>
      </Td>
      <Td label={tLogs("model")}>
        <span className="inline-flex min-w-0 flex-wrap items-center justify-end gap-x-1.5 md:justify-start">
          <span className="min-w-0 break-all font-medium">{call.model ?? "–"}</span>
          {call.servedBy !== null && (
            <span className="inline-flex min-w-0 items-center gap-1 text-muted-foreground">
              <ArrowRight aria-hidden className="size-3 shrink-0" />
              <span className="min-w-0 break-all">{call.servedBy}</span>
            </span>
          )}
        </span>
      </Td>
      <Td label={tLogs("endpoint")}>{endpointText(call.endpoint)}</Td>
      <Td label={tLogs("total")} align="end" className="whitespace-nowrap">
        {format.duration(call.totalMs)}
      </Td>
      <Td label={tLogs("tokens")} align="end" className="whitespace-nowrap">
        {call.tokens ? `${format.integer(call.tokens.input)} / ${format.integer(call.tokens.output)}` : "–"}
      </Td>
      <Td label={tLogs("cost")} align="end" className="whitespace-nowrap">
        {call.cost === null && call.tokens === null ? "–" : <Money usd={call.cost?.usd} />}
      </Td>
      {onOpen && (
        <Td align="end" className="justify-end">
          <Button size="compact" onClick={onOpen}>
            {t("show")}
          </Button>
        </Td>
      )}
    </Tr>
  );
}
