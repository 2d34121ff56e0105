"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BookmarkPlus, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SavedViewView, ViewPage } from "@/lib/schemas/views";
import { api, useApiMutation } from "../api-client";
import { useMay } from "../permissions";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { sameQuery } from "./same-query";

const SaveViewDialog = dynamic(() => import("./save-view-dialog").then((module) => module.SaveViewDialog), {
  ssr: false,
});

export type BuiltInView = { name: string; query: string };

const tabClass =
  "flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-1 text-body text-muted-foreground transition-colors hover:text-foreground aria-[current=true]:border-primary aria-[current=true]:font-medium aria-[current=true]:text-foreground touch:h-11";

/** Named filters of a page as tabs: those that come with it, one's own, and those others share. */
export function ViewTabs({
  page,
  path,
  builtIn,
  query,
  initial,
}: {
  page: ViewPage;
  /** Of the page. */
  path: string;
  builtIn: readonly BuiltInView[];
  /** The filter as it stands. */
  query: string;
  initial: readonly SavedViewView[];
}) {
  const t = useTranslations("savedViews");
  const may = useMay();
  const client = useQueryClient();
  const [saving, setSaving] = useState(false);
  const key = ["views", page];
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => api.get<{ items: SavedViewView[] }>(`/api/admin/views?page=${page}`),
    initialData: { items: [...initial] },
    staleTime: 60_000,
  });
  const changed = (items: SavedViewView[]) => client.setQueryData(key, { items });
  const bringBack = useApiMutation({
    mutationFn: ({ name, query: kept, shared }: SavedViewView) =>
      api.post<SavedViewView>("/api/admin/views", { page, name, query: kept, shared }),
    invalidate: [key],
    refresh: false,
  });
  const remove = useApiMutation({
    mutationFn: (view: SavedViewView) => api.delete(`/api/admin/views/${view.id}`),
    refresh: false,
    onSuccess: (_, view) => changed(data.items.filter(({ id }) => id !== view.id)),
    success: (_, view) => ({
      title: t("deleted", { name: view.name }),
      ...(view.mine && { onUndo: () => bringBack.mutate(view) }),
    }),
  });
  const isBuiltIn = builtIn.some((view) => sameQuery(view.query, query));
  const current = isBuiltIn ? undefined : data.items.find((view) => sameQuery(view.query, query));
  const hrefOf = (kept: string) => (kept === "" ? path : `${path}?${kept}`);
  return (
    <div className="flex min-w-0 items-center gap-3 border-b">
      <nav aria-label={t("title")} className="-mb-px flex min-w-0 flex-1 gap-5 overflow-x-auto">
        {builtIn.map((view) => (
          <Link
            key={view.name}
            href={hrefOf(view.query)}
            prefetch={false}
            aria-current={sameQuery(view.query, query) ? "true" : undefined}
            className={tabClass}
          >
            {view.name}
          </Link>
        ))}
        {data.items.map((view) => (
          <Link
            key={view.id}
            href={hrefOf(view.query)}
            prefetch={false}
            aria-current={view === current ? "true" : undefined}
            title={view.shared ? t("sharedHint") : t("privateHint")}
            className={tabClass}
          >
            <span className="max-w-48 truncate">{view.name}</span>
            {view.shared && <span className="text-caption text-muted-foreground">{t("shared")}</span>}
          </Link>
        ))}
      </nav>
      {current && (current.mine || may("admin")) && (
        <Button
          size="compact"
          variant="ghost"
          icon={Trash2}
          pending={remove.isPending}
          onClick={() => remove.mutate(current)}
        >
          {t("delete")}
        </Button>
      )}
      {!current && !isBuiltIn && query !== "" && (
        <Button size="compact" variant="ghost" icon={BookmarkPlus} onClick={() => setSaving(true)}>
          <span className={cn("max-sm:sr-only")}>{t("save")}</span>
        </Button>
      )}
      {saving && (
        <SaveViewDialog
          page={page}
          query={query}
          mayShare={may("write")}
          onClose={() => setSaving(false)}
          onSaved={(view) => changed([...data.items, view])}
        />
      )}
    </div>
  );
}
