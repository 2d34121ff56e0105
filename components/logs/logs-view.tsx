"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowUp, ListTree, SearchX } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useCallback, useEffect, useMemo, useRef, useState, useTransition } from "react";
import type { Page } from "@/lib/schemas/common";
import type { CallView } from "@/lib/schemas/logs";
import { api, isApiError, useErrorText } from "../api-client";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { CodeBlock } from "../ui/code-block";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { PageBody, PageHeader } from "../ui/page-header";
import { Switch } from "../ui/switch";
import { useOrigin } from "../use-origin";
import { CallDrawer } from "./call-drawer";
import { CallsTable } from "./calls-table";
import { ExportMenu } from "./export-menu";
import { type LogFilterText, queryOf } from "./filter";
import { FilterBar, isTyping, type LogFacets } from "./filter-bar";
import { type HeldBack, heldBackMost, holdBack, mergeRows, neighbour, nothingHeldBack } from "./rows";
import { type LiveStatus, useLiveCalls } from "./use-live-calls";

export type LogsViewProps = {
  /** What the URL asks for, as far as the server understood it. */
  filter: LogFilterText;
  ignored: string[];
  /** The first page of the log under this filter. */
  first: Page<CallView>;
  /** Epoch ms of the moment `first` was read. */
  readAt: number;
  facets: LogFacets;
  /** Whether any call was ever logged. */
  everCalled: boolean;
  mayReadBodies: boolean;
};

const pageSize = 50;

/** The call log: filter, list, live tail and the drawer. What is shown is in the URL. */
export function LogsView(props: LogsViewProps) {
  const { filter, ignored, facets, readAt } = props;
  const t = useTranslations("logs");
  const router = useRouter();
  const [live, setLive] = useQueryState("live", parseAsBoolean.withDefault(false));
  const [changing, startChange] = useTransition();
  const query = queryOf(filter);

  const change = (next: LogFilterText) => {
    const parts = [queryOf(next), live ? "live=true" : ""].filter((part) => part !== "");
    startChange(() => router.push(parts.length > 0 ? `/logs?${parts.join("&")}` : "/logs"));
  };
  useEffect(() => {
    const toggle = (event: KeyboardEvent) => {
      if (
        event.key !== "l" ||
        event.isComposing ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target)
      )
        return;
      void setLive((on) => !on);
    };
    window.addEventListener("keydown", toggle);
    return () => window.removeEventListener("keydown", toggle);
  }, [setLive]);

  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} />
      <div className="flex min-w-0 flex-col gap-3">
        <FilterBar filter={filter} facets={facets} ignored={ignored} onChange={change} />
        <div
          aria-hidden
          className={cn(
            "h-0.5 rounded-full bg-primary transition-opacity",
            changing ? "animate-pulse opacity-100" : "opacity-0",
          )}
        />
        <CallList
          key={`${query}|${readAt}`}
          {...props}
          query={query}
          live={live}
          onLive={(on) => void setLive(on)}
          onChange={change}
        />
      </div>
    </PageBody>
  );
}

type CallListProps = LogsViewProps & {
  query: string;
  live: boolean;
  onLive: (on: boolean) => void;
  onChange: (filter: LogFilterText) => void;
};

function CallList({ query, first, readAt, facets, everCalled, mayReadBodies, live, onLive, onChange }: CallListProps) {
  const t = useTranslations("logs");
  const errorText = useErrorText();
  const [selected, setSelected] = useQueryState("sel", parseAsString);
  const [, setTab] = useQueryState("tab", parseAsString);
  const [held, setHeld] = useState<HeldBack>(nothingHeldBack);
  const [released, setReleased] = useState<readonly CallView[]>([]);

  const pages = useInfiniteQuery({
    queryKey: ["logs", query, readAt],
    queryFn: ({ pageParam }) => {
      const parts = [query, `limit=${pageSize}`, pageParam === null ? "" : `cursor=${encodeURIComponent(pageParam)}`];
      return api.get<Page<CallView>>(`/api/admin/logs?${parts.filter((part) => part !== "").join("&")}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    initialData: { pages: [first], pageParams: [null] },
    // Rows never move by themselves: new ones come through the live tail or with a reload.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const rows = useMemo(
    () =>
      mergeRows(
        released,
        pages.data.pages.flatMap((page) => page.items),
      ),
    [released, pages.data],
  );

  const onCalls = useCallback(
    (calls: CallView[]) => {
      const shown = new Set(rows.map(({ id }) => id));
      setHeld((before) => calls.reduce((sum, call) => holdBack(sum, call, (id) => shown.has(id)), before));
    },
    [rows],
  );
  const status = useLiveCalls({ query, enabled: live, onCalls });
  const release = () => {
    setReleased((before) => [...held.calls, ...before]);
    setHeld(nothingHeldBack);
  };

  const open = useCallback((id: string) => void setSelected(id, { history: "push" }), [setSelected]);
  const close = () => {
    void setSelected(null, { history: "replace" });
    void setTab(null, { history: "replace" });
  };
  const move = useCallback(
    (step: 1 | -1) => {
      if (selected === null) return;
      const id = neighbour(rows, selected, step);
      if (id === null) return;
      void setSelected(id, { history: "replace" });
      document.querySelector(`[data-call="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
    },
    [rows, selected, setSelected],
  );

  const filtered = query !== "";
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="text-muted-foreground text-small">{t("rowsLoaded", { count: rows.length })}</p>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {rows.length > 0 && <ExportMenu query={query} />}
          <LiveSwitch live={live} status={status} onLive={onLive} />
        </div>
      </div>
      <Card flush>
        <NewCallsPill held={held} onRelease={release} />
        {rows.length > 0 ? (
          <CallsTable calls={rows} selected={selected} onOpen={open} />
        ) : filtered && everCalled ? (
          <EmptyState
            icon={SearchX}
            title={t("noMatchTitle")}
            action={<Button onClick={() => onChange({})}>{t("clearAll")}</Button>}
          >
            {t("noMatchBody")}
          </EmptyState>
        ) : (
          <NoCallsYet model={facets.groups[0]?.name ?? "demo-chat"} />
        )}
        {rows.length > 0 && (
          <div className="flex justify-center border-t px-4 py-3 text-muted-foreground text-small">
            {pages.error ? (
              <ErrorCard
                className="w-full"
                onRetry={() => void pages.fetchNextPage()}
                diagnosticId={isApiError(pages.error) ? pages.error.requestId : null}
              >
                {errorText(pages.error)}
              </ErrorCard>
            ) : pages.hasNextPage ? (
              <Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {t("loadOlder")}
              </Button>
            ) : (
              <p>{filtered ? t("endFiltered") : t("end")}</p>
            )}
          </div>
        )}
      </Card>
      <CallDrawer id={selected} mayReadBodies={mayReadBodies} onClose={close} onMove={move} />
    </>
  );
}

function LiveSwitch({ live, status, onLive }: { live: boolean; status: LiveStatus; onLive: (on: boolean) => void }) {
  const t = useTranslations("logs");
  return (
    <div className="flex items-center gap-2 text-small">
      {live && (
        <span role="status" className="text-muted-foreground">
          {status === "paused" ? t("livePaused") : status === "open" ? t("liveOn") : ""}
        </span>
      )}
      {live && (
        <span
          aria-hidden
          className={cn(
            "size-2 rounded-full",
            status === "open" ? "animate-pulse bg-state-ready" : "border border-input",
          )}
        />
      )}
      <span aria-hidden>{t("live")}</span>
      <Switch checked={live} onCheckedChange={onLive} aria-label={t("live")} />
    </div>
  );
}

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
  -H "authorization: Bearer $SLUICE_KEY" \\
  -H "content-type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`;
  return (
    <EmptyState icon={ListTree} title={t("emptyTitle")} action={<ButtonLink href="/keys">{t("createKey")}</ButtonLink>}>
      <p className="mb-3">{t("emptyBody")}</p>
      <CodeBlock code={command} label={t("emptyCommand")} className="max-w-[80vw] text-start md:max-w-2xl" />
    </EmptyState>
  );
}
