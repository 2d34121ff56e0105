"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, ScrollText } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useId } from "react";
import { middleTruncated } from "@/lib/format";
import type { AuditListEntry } from "@/lib/schemas/audit";
import type { Page } from "@/lib/schemas/common";
import { api } from "../api-client";
import { useDates } from "../format";
import { FieldDiff } from "../history/field-diff";
import { QueryError } from "../query-error";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { CopyButton } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { LogTime } from "../ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { useEntryWords } from "./entry-words";
import { objectPath } from "./object-link";

const pageSize = 50;

/** The entries under a filter, newest first, a page at a time; each opens to what it changed. */
export function AuditList({
  first,
  query,
  onClear,
}: {
  first: Page<AuditListEntry>;
  query: string;
  onClear: () => void;
}) {
  const t = useTranslations("audit");
  const tCommon = useTranslations("common");
  const [open, setOpen] = useQueryState("entry", parseAsString);
  const list = useInfiniteQuery({
    queryKey: ["audit", query],
    queryFn: ({ pageParam }) => {
      const given = new URLSearchParams(query);
      given.set("limit", String(pageSize));
      if (pageParam !== "") given.set("cursor", pageParam);
      return api.get<Page<AuditListEntry>>(`/api/admin/audit?${given}`);
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    initialData: { pages: [first], pageParams: [""] },
    refetchOnMount: false,
  });
  const entries = list.data.pages.flatMap(({ items }) => items);
  return (
    <Card
      flush
      footer={
        list.hasNextPage && (
          <Button size="compact" pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {entries.length === 0 ? t("lookFurther") : tCommon("showMore")}
          </Button>
        )
      }
    >
      <QueryError query={list} />
      {entries.length === 0 ? (
        <EmptyState
          icon={ScrollText}
          title={t(query === "" ? "empty" : "noMatch")}
          action={query !== "" && <Button onClick={onClear}>{t("clear")}</Button>}
        >
          {query === "" ? t("emptyBody") : list.hasNextPage && t("notYetFound")}
        </EmptyState>
      ) : (
        <Table label={t("title")}>
          <Thead>
            <Th>{t("column.time")}</Th>
            <Th>{t("column.actor")}</Th>
            <Th>{t("column.action")}</Th>
            <Th>{t("column.object")}</Th>
            <Th>{t("column.ip")}</Th>
            <Th>
              <span className="sr-only">{t("column.changes")}</span>
            </Th>
          </Thead>
          <Tbody>
            {entries.map((entry) => (
              <EntryRows
                key={entry.id}
                entry={entry}
                open={open === entry.id}
                onToggle={() => void setOpen(open === entry.id ? null : entry.id)}
              />
            ))}
          </Tbody>
        </Table>
      )}
    </Card>
  );
}

function EntryRows({ entry, open, onToggle }: { entry: AuditListEntry; open: boolean; onToggle: () => void }) {
  const t = useTranslations("audit");
  const words = useEntryWords();
  const dates = useDates();
  const panel = useId();
  const actor = words.actor(entry.actor);
  const action = words.action(entry.action);
  const { target } = entry;
  const path = objectPath(target);
  const kind = words.target(target.type);
  const name = target.name ?? null;
  // A call is named by its id, which is long and says nothing: its ends are enough to know it again.
  const shown = name !== null && target.type === "call" ? middleTruncated(name, { head: 12, tail: 6 }) : name;
  return (
    <>
      <Tr className="md:cursor-pointer" onClick={(event) => isPlain(event.target) && onToggle()}>
        <Td label={t("column.time")} className="whitespace-nowrap tabular-nums">
          <LogTime at={entry.at} />
        </Td>
        <Td label={t("column.actor")}>
          <span className="flex min-w-0 flex-wrap justify-end gap-x-1.5 md:justify-start">
            <span className="break-words">{actor.name}</span>
            {actor.kind !== null && <span className="text-muted-foreground">{actor.kind}</span>}
          </span>
        </Td>
        <Td label={t("column.action")} className="md:min-w-52">
          <span className="text-end font-medium md:text-start">{action}</span>
        </Td>
        <Td label={t("column.object")}>
          <span className="flex min-w-0 flex-wrap justify-end gap-x-1.5 md:justify-start">
            {(name !== null || path === null) && <span className="text-muted-foreground">{kind}</span>}
            {path !== null ? (
              <Link
                href={path}
                prefetch={false}
                title={name ?? undefined}
                className="break-words rounded-xs text-foreground hover:underline"
              >
                {shown ?? kind}
              </Link>
            ) : (
              name !== null && <span className="break-words">{shown}</span>
            )}
          </span>
        </Td>
        <Td label={t("column.ip")}>
          {entry.ip === null ? (
            <span className="text-muted-foreground">{"–"}</span>
          ) : (
            <code className="break-all text-end text-small md:text-start">{entry.ip}</code>
          )}
        </Td>
        <Td align="end" className="justify-end">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={open ? panel : undefined}
            aria-label={t("changesOf", { action, object: [kind, name].filter(Boolean).join(" ") })}
            onClick={onToggle}
            className="inline-flex size-8 items-center justify-center rounded-control text-muted-foreground hover:bg-muted hover:text-foreground touch:size-11"
          >
            <ChevronDown
              aria-hidden
              className={cn("size-4 transition-transform", open && "rotate-180")}
              strokeWidth={1.75}
            />
          </button>
        </Td>
      </Tr>
      {open && (
        <tr id={panel} className="block bg-muted/40 md:table-row">
          <td colSpan={6} className="block px-4 py-4 md:table-cell">
            <div className="flex flex-col gap-3">
              {entry.before || entry.after ? (
                <FieldDiff before={entry.before} after={entry.after} />
              ) : (
                <p className="text-muted-foreground text-small">{t("noValues")}</p>
              )}
              <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-caption text-muted-foreground">
                <span>{dates.dateTime(new Date(entry.at), "full")}</span>
                {target.id !== null && (
                  <span className="inline-flex items-center gap-1">
                    <code className="break-all">{target.id}</code>
                    <CopyButton text={target.id} />
                  </span>
                )}
              </p>
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

/** Whether a click was on the row itself, not on a link or button in it, and selects no text. */
function isPlain(target: EventTarget): boolean {
  return (
    target instanceof Element && target.closest("a, button") === null && (window.getSelection()?.isCollapsed ?? true)
  );
}
