"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { History, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api } from "@/components/api-client";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Page } from "@/lib/schemas/common";
import { type HistoryEntry, type HistoryTarget, restorePermissions } from "@/lib/schemas/history";
import { FieldDiff } from "./field-diff";
import { RestoreDialog } from "./restore-dialog";

const pageSize = 25;

/**
 * Every change of one object with who and when, newest first, and the way back. Needs the namespace `changes`.
 * `locked` hides Restore: the object cannot be changed here.
 */
export function HistoryTab({
  targetType,
  targetId,
  version,
  locked = false,
  labelOf,
  onRestored,
}: {
  targetType: HistoryTarget;
  /** Absent for settings, which are one object. */
  targetId?: string;
  /** The version that is shown elsewhere on the page: another one means there is something new to read. */
  version: number;
  locked?: boolean;
  labelOf?: (path: string) => string;
  onRestored?: () => void;
}) {
  const t = useTranslations("changes");
  const tCommon = useTranslations("common");
  const may = useMay();
  const [restoring, setRestoring] = useState<HistoryEntry | null>(null);
  const history = useInfiniteQuery({
    queryKey: ["history", targetType, targetId ?? null, version],
    queryFn: ({ pageParam }) => {
      const given = {
        targetType,
        limit: String(pageSize),
        ...(targetId && { targetId }),
        ...(pageParam && { cursor: pageParam }),
      };
      return api.get<Page<HistoryEntry>>(`/api/admin/history?${new URLSearchParams(given)}`);
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Older pages of the same object stay while a new version is read.
    placeholderData: (before) => before,
  });
  const entries = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const mayRestore = !locked && may(restorePermissions[targetType]);
  return (
    <Card flush title={t("title")} description={t("description")}>
      <QueryError query={history} />
      {history.isPending ? (
        <SkeletonRows rows={4} />
      ) : entries.length === 0 ? (
        <EmptyState icon={History} title={t("empty")}>
          {t("emptyBody")}
        </EmptyState>
      ) : (
        <ol className="divide-y">
          {entries.map((entry) => (
            <li key={entry.id} className="flex flex-col gap-3 px-4 py-3.5">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
                <p className="min-w-0 flex-1 basis-48 text-small">
                  <EntryTitle entry={entry} />{" "}
                  <span className="ms-1 text-muted-foreground">
                    <RelativeTime at={entry.at} />
                  </span>
                </p>
                {mayRestore && entry.restorable && (
                  <Button size="compact" icon={RotateCcw} onClick={() => setRestoring(entry)}>
                    {t("restore")}
                  </Button>
                )}
              </div>
              {entry.action !== "create" && (entry.before || entry.after) && (
                <FieldDiff before={entry.before} after={entry.after} labelOf={labelOf} />
              )}
            </li>
          ))}
        </ol>
      )}
      {history.hasNextPage && (
        <div className="flex justify-center border-t p-3">
          <Button pending={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            {tCommon("showMore")}
          </Button>
        </div>
      )}
      {restoring && (
        <RestoreDialog entry={restoring} labelOf={labelOf} onRestored={onRestored} onClose={() => setRestoring(null)} />
      )}
    </Card>
  );
}

/** "ada changed it", in one sentence of the reader's language. */
function EntryTitle({ entry: { actor, action } }: { entry: HistoryEntry }) {
  const t = useTranslations("changes");
  const key = `actions.${action}` as "actions.update";
  const who = actor.type === "system" ? t("actor.system") : t(`actor.${actor.type}`, { name: actor.name });
  const what = t.has(key) ? t(key) : action;
  return t.rich("entry", { who, what, strong: (chunks) => <strong className="font-medium">{chunks}</strong> });
}
