"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowUp, ListTree, SearchX } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { FilterText } from "@/lib/filter-language";
import type { RunningCall } from "@/lib/gateway/types";
import type { LiveEvent } from "@/lib/schemas/live";
import type { CallPage, CallView } from "@/lib/schemas/logs";
import { api, isApiError, useErrorText } from "../api-client";
import { LiveNotice } from "../live/live-notice";
import { useLiveEvents } from "../live/use-live-events";
import { useShortcut } from "../shortcuts/use-shortcut";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { CodeBlock } from "../ui/code-block";
import { useCopy } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { Switch } from "../ui/switch";
import { useOrigin } from "../use-origin";
import { CallsTable } from "./calls-table";
import type { LogColumn } from "./columns";
import { withTime } from "./log-language";
import { LookFurther, lookAgainMost, NothingYet, SortedSince } from "./look-further";
import { focusedCall, focusRow, pointedCondition } from "./row-links";
import { type HeldBack, heldBackMost, holdBack, markedUpTo, mergeRows, neighbour, nothingHeldBack } from "./rows";

const CallDrawer = dynamic(() => import("./call-drawer").then((module) => module.CallDrawer), { ssr: false });
const RowMenu = dynamic(() => import("./row-menu").then((module) => module.RowMenu), { ssr: false });
const SelectionBar = dynamic(() => import("./selection-bar").then((module) => module.SelectionBar), { ssr: false });

type CallListProps = {
  filter: FilterText;
  query: string;
  sort: string;
  first: CallPage;
  readAt: number;
  facets: { groups: { name: string }[] };
  everCalled: boolean;
  columns: readonly LogColumn[];
  live: boolean;
  /** Controls above the list. */
  tools: ReactNode;
  onLive: (on: boolean) => void;
  onSort: (sort: string) => void;
  onChange: (filter: FilterText) => void;
  onNarrow: (parameter: string, value: string) => void;
};

const pageSize = 50;
/** How far from the top a reader may be and still follow what comes. */
const followPx = 160;

const pathOf = (query: string, sort: string, cursor: string | null) => {
  const parts = [
    query,
    `sort=${sort}`,
    `limit=${pageSize}`,
    cursor === null ? "" : `cursor=${encodeURIComponent(cursor)}`,
  ];
  return `/api/admin/logs?${parts.filter((part) => part !== "").join("&")}`;
};

/** The rows of one filter in one order, with what comes in live, what is marked and what is open. */
export function CallList(props: CallListProps) {
  const { filter, query, sort, first, readAt, facets, everCalled, columns, live, tools } = props;
  const { onLive, onSort, onChange, onNarrow } = props;
  const t = useTranslations("logs");
  const errorText = useErrorText();
  const [selected, setSelected] = useQueryState("sel", parseAsString);
  const [, setTab] = useQueryState("tab", parseAsString);
  const [held, setHeld] = useState<HeldBack>(nothingHeldBack);
  const [released, setReleased] = useState<readonly CallView[]>([]);
  const [running, setRunning] = useState<readonly RunningCall[]>([]);
  const [ended, setEnded] = useState<ReadonlyMap<string, CallView>>(new Map());
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [menu, setMenu] = useState<{ call: CallView; anchor: HTMLElement } | null>(null);
  const lastMarked = useRef<string | null>(null);
  const following = useRef(false);
  const table = useRef<HTMLDivElement>(null);
  const { copy } = useCopy();

  const pages = useInfiniteQuery({
    queryKey: ["logs", query, sort, readAt],
    queryFn: ({ pageParam }) => api.get<CallPage>(pathOf(query, sort, pageParam)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    initialData: { pages: [first], pageParams: [null] },
    // Rows never move by themselves: new ones come through the live tail or with a reload.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const loaded = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  const rows = useMemo(() => (sort === "-at" ? mergeRows(released, loaded) : loaded), [sort, released, loaded]);
  const lookedTo = pages.data.pages.at(-1)?.lookedTo ?? null;
  const byTime = sort === "at" || sort === "-at";
  // Where nothing was found yet the list looks on by itself, some times; after that a reader asks for it.
  const [looks, setLooks] = useState(0);
  const isLooking = loaded.length === 0 && pages.hasNextPage && looks < lookAgainMost && !pages.error;
  const { fetchNextPage, isFetchingNextPage } = pages;
  useEffect(() => {
    if (!isLooking || isFetchingNextPage) return;
    setLooks((before) => before + 1);
    void fetchNextPage();
  }, [isLooking, isFetchingNextPage, fetchNextPage]);
  const known = useRef(new Set<string>());
  known.current = new Set(rows.map(({ id }) => id));

  // Nothing moves while it is read: rows come by themselves only where nobody points at them.
  const mayMove = () => window.scrollY < followPx && !table.current?.matches(":hover");
  const showRunning = (calls: readonly RunningCall[]) => {
    setRunning(calls);
    setEnded(new Map());
  };
  const arrive = (calls: readonly CallView[]) => {
    if (calls.length === 0) return;
    const inPlace = calls.filter(({ id }) => running.some((call) => call.id === id));
    if (inPlace.length > 0)
      setEnded((before) => new Map([...before, ...inPlace.map((call) => [call.id, call] as const)]));
    if (following.current && mayMove())
      setReleased((before) => [...calls.toReversed(), ...before].slice(0, heldBackMost));
    else setHeld((before) => calls.reduce((sum, call) => holdBack(sum, call, (id) => known.current.has(id)), before));
  };
  const isLive = live && sort === "-at";
  const status = useLiveEvents({
    topics: ["calls", "running"],
    filter: query,
    enabled: isLive,
    onEvents: (events: LiveEvent[]) => {
      arrive(events.flatMap((event) => (event.type === "call" ? [event.data] : [])));
      const last = events.findLast((event) => event.type === "running");
      if (last?.type === "running" && mayMove()) showRunning(last.data.items);
    },
    onPoll: () => {
      api.get<CallPage>(pathOf(query, sort, null)).then(
        (page) => arrive(page.items.toReversed()),
        () => undefined,
      );
    },
  });
  useEffect(() => {
    if (isLive) return;
    setRunning([]);
    setEnded(new Map());
  }, [isLive]);
  const release = () => {
    following.current = true;
    setReleased((before) => [...held.calls, ...before].slice(0, heldBackMost));
    setHeld(nothingHeldBack);
    showRunning(running.filter(({ id }) => !ended.has(id)));
    if (window.scrollY > followPx) table.current?.scrollIntoView({ block: "start" });
  };
  useEffect(() => {
    const stop = () => {
      if (window.scrollY >= followPx) following.current = false;
    };
    window.addEventListener("scroll", stop, { passive: true });
    return () => window.removeEventListener("scroll", stop);
  }, []);

  const open = useCallback((id: string) => void setSelected(id, { history: "push" }), [setSelected]);
  const close = () => {
    void setSelected(null, { history: "replace" });
    void setTab(null, { history: "replace" });
  };
  const move = async (step: 1 | -1) => {
    if (selected === null) return;
    let id = neighbour(rows, selected, step);
    // The walk goes on where the list ends but the log does not, also past stretches without a match.
    let more = step === 1 && pages.hasNextPage && !pages.isFetchingNextPage;
    for (let look = 0; id === null && more && look < lookAgainMost; look++) {
      const next = await pages.fetchNextPage();
      id = neighbour(next.data?.pages.flatMap((page) => page.items) ?? [], selected, step);
      more = next.hasNextPage && !next.error;
    }
    if (id === null) return;
    void setSelected(id, { history: "replace" });
    document.querySelector(`[data-call="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const mark = useCallback(
    (id: string, upTo: boolean) => {
      const from = lastMarked.current;
      setMarked((before) => markedUpTo(rows, before, id, upTo ? from : null));
      lastMarked.current = id;
    },
    [rows],
  );
  const actions = useCallback((call: CallView, anchor: HTMLElement) => setMenu({ call, anchor }), []);

  const onRow = (act: (id: string) => void) => () => {
    const id = focusedCall();
    if (id !== null) act(id);
  };
  const inRow = { when: () => focusedCall() !== null };
  useShortcut("list.next", () => focusRow(1), { enabled: rows.length > 0 });
  useShortcut("list.previous", () => focusRow(-1), { enabled: rows.length > 0 });
  useShortcut("list.open", onRow(open), inRow);
  useShortcut(
    "list.openInTab",
    onRow((id) => window.open(`/logs/${id}`, "_blank", "noopener")),
    inRow,
  );
  useShortcut(
    "list.select",
    onRow((id) => mark(id, false)),
    inRow,
  );
  useShortcut(
    "list.selectRange",
    onRow((id) => mark(id, true)),
    inRow,
  );
  useShortcut(
    "list.actions",
    onRow((id) => {
      document.querySelector<HTMLElement>(`[data-call="${CSS.escape(id)}"] [aria-haspopup=menu]`)?.click();
    }),
    inRow,
  );
  const rowOf = (id: string) => rows.find((row) => row.id === id);
  useShortcut(
    "list.copyId",
    onRow((id) => void copy(rowOf(id)?.requestId ?? id)),
    inRow,
  );
  useShortcut(
    "list.copyLink",
    onRow((id) => void copy(`${window.location.origin}/logs/${id}`)),
    inRow,
  );
  useShortcut(
    "filter.value",
    () => {
      const condition = pointedCondition();
      if (condition) onNarrow(condition.parameter, condition.value);
    },
    { when: () => pointedCondition() !== null },
  );
  useShortcut(
    "filter.session",
    onRow((id) => {
      const session = rowOf(id)?.sessionId;
      if (session) onNarrow("session", session);
    }),
    { when: () => Boolean(rowOf(focusedCall() ?? "")?.sessionId) },
  );

  const filtered = query !== "";
  const markedCalls = rows.filter(({ id }) => marked.has(id));
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        <p className="flex-1 text-muted-foreground text-small">{t("rowsLoaded", { count: rows.length })}</p>
        {rows.length > 0 && (
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1 max-sm:order-last max-sm:w-full">{tools}</div>
        )}
        <div className="flex items-center gap-2 text-small">
          {isLive && (
            <span
              aria-hidden
              className={cn(
                "size-2 rounded-full",
                status.status === "open" ? "animate-pulse bg-state-ready" : "border border-input",
              )}
            />
          )}
          <span aria-hidden>{t("live")}</span>
          <Switch checked={live} onCheckedChange={onLive} aria-label={t("live")} />
        </div>
      </div>
      {isLive && <LiveNotice state={status} />}
      {!byTime && lookedTo !== null && <SortedSince time={lookedTo} />}
      {live && !isLive && <p className="text-muted-foreground text-small">{t("liveNeedsTime")}</p>}
      <div ref={table} className="min-w-0">
        <Card flush>
          <NewCallsPill held={held} onRelease={release} />
          {rows.length + running.length > 0 ? (
            <CallsTable
              calls={rows}
              running={isLive ? running : []}
              ended={ended}
              columns={columns}
              selected={selected}
              marked={marked}
              sort={sort}
              onSort={onSort}
              onOpen={open}
              onMark={mark}
              onActions={actions}
            />
          ) : lookedTo !== null && pages.hasNextPage ? (
            <NothingYet
              lookedTo={lookedTo}
              upwards={sort === "at"}
              looking={isLooking || pages.isFetchingNextPage}
              onLook={() => setLooks(0)}
              onStop={() => setLooks(lookAgainMost)}
            />
          ) : filtered && everCalled ? (
            <EmptyState
              icon={SearchX}
              title={t("noMatchTitle")}
              action={
                <div className="flex flex-wrap justify-center gap-2">
                  <Button onClick={() => onChange({})}>{t("clearAll")}</Button>
                  {(filter["from"] !== undefined || filter["range"] !== undefined) && (
                    <Button onClick={() => onChange(withTime(filter, { range: wider(filter["range"]) }))}>
                      {t("widen", { days: wider(filter["range"]) === "24h" ? 1 : 30 })}
                    </Button>
                  )}
                </div>
              }
            >
              {t("noMatchBody")}
            </EmptyState>
          ) : (
            <NoCallsYet model={facets.groups[0]?.name ?? "demo-chat"} />
          )}
          {(rows.length > 0 || pages.error) && (
            <div className="flex justify-center border-t px-4 py-3 text-muted-foreground text-small">
              {pages.error ? (
                <ErrorCard
                  className="w-full"
                  onRetry={() => void pages.fetchNextPage()}
                  diagnosticId={isApiError(pages.error) ? pages.error.requestId : null}
                >
                  {errorText(pages.error)}
                </ErrorCard>
              ) : !pages.hasNextPage ? (
                <p>{filtered ? t("endFiltered") : t("end")}</p>
              ) : byTime && lookedTo !== null ? (
                <LookFurther
                  lookedTo={lookedTo}
                  upwards={sort === "at"}
                  pending={pages.isFetchingNextPage}
                  onLook={() => void pages.fetchNextPage()}
                />
              ) : (
                <Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  {t("loadOlder")}
                </Button>
              )}
            </div>
          )}
        </Card>
      </div>
      {markedCalls.length > 0 && <SelectionBar calls={markedCalls} onClear={() => setMarked(new Set())} />}
      {menu && <RowMenu {...menu} onOpen={open} onNarrow={onNarrow} onClose={() => setMenu(null)} />}
      {selected !== null && (
        <CallDrawer id={selected} onClose={close} onMove={(step) => void move(step)} onNarrow={onNarrow} />
      )}
    </>
  );
}

/** A day, where less was looked at; else a month. */
const wider = (range: string | undefined): "24h" | "30d" =>
  range !== undefined && /^\d+(m|h)$/.test(range) && range !== "24h" ? "24h" : "30d";

/** New calls wait here, so that nothing moves under the pointer. */
function NewCallsPill({ held, onRelease }: { held: HeldBack; onRelease: () => void }) {
  const t = useTranslations("logs");
  const count = held.calls.length;
  return (
    <div className="sticky top-2 z-20 flex h-0 justify-center">
      {count > 0 && (
        <Button
          size="compact"
          variant="primary"
          icon={ArrowUp}
          onClick={onRelease}
          className="mt-1 rounded-full shadow-popover"
        >
          {held.more > 0 ? t("newCallsMost", { count: heldBackMost }) : t("newCalls", { count })}
        </Button>
      )}
      <CountAnnouncement count={count} />
    </div>
  );
}

const announceEveryMs = 10_000;

/** Screen readers hear a count at most every ten seconds, never each row. */
function CountAnnouncement({ count }: { count: number }) {
  const t = useTranslations("logs");
  const [told, setTold] = useState(0);
  const latest = useRef(count);
  useEffect(() => {
    latest.current = count;
  }, [count]);
  const waiting = count > 0;
  useEffect(() => {
    if (!waiting) return;
    setTold(latest.current);
    const timer = setInterval(() => setTold(latest.current), announceEveryMs);
    return () => {
      clearInterval(timer);
      setTold(0);
    };
  }, [waiting]);
  return (
    <span aria-live="polite" className="sr-only">
      {told > 0 ? t("announce", { count: told }) : ""}
    </span>
  );
}

function NoCallsYet({ model }: { model: string }) {
  const t = useTranslations("logs");
  const origin = useOrigin();
  const command = `curl ${origin}/v1/chat/completions \\
  -H "authorization: Bearer $SLUICE_API_KEY" \\
  -H "content-type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`;
  return (
    <EmptyState
      icon={ListTree}
      title={t("emptyTitle")}
      action={
        <div className="flex min-w-0 max-w-full flex-col items-center gap-4">
          <CodeBlock code={command} label={t("emptyCommand")} className="max-w-full text-start" />
          <ButtonLink href="/keys">{t("createKey")}</ButtonLink>
        </div>
      }
    >
      {t("emptyBody")}
    </EmptyState>
  );
}
