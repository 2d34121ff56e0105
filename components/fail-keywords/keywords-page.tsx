"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, ShieldAlert } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useEffect, useRef, useState } from "react";
import type { Page } from "@/lib/schemas/common";
import type { FailKeywordInput, FailKeywordView } from "@/lib/schemas/fail-keywords";
import { api, isApiError, useApiMutation, useErrorText } from "../api-client";
import { useMay } from "../permissions";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { Input } from "../ui/input";
import { PageBody, PageHeader } from "../ui/page-header";
import { blankDraft, type Draft, draftOf, type Holdback, keywordsKey, keywordsPath } from "./api";
import { KeywordTable } from "./keyword-table";
import { KeywordTester } from "./keyword-tester";
import { useRuleWords } from "./rule-words";
import { isStarter, type StarterName, starterNames, starters } from "./starters";

const KeywordSheet = dynamic(() => import("./keyword-sheet").then((loaded) => loaded.KeywordSheet));

/** Which rule the sheet shows: a new one that begins with `draft`, or an existing one; null = none. */
type Editing = { rule: FailKeywordView | null; draft: Draft } | null;

/** Whoever has this many rules knows what they want. */
const startersUntil = 5;

export function KeywordsPage({ initial, holdback }: { initial: Page<FailKeywordView>; holdback: Holdback }) {
  const t = useTranslations("failKeywords");
  const common = useTranslations("common");
  const errorText = useErrorText();
  const may = useMay();
  const canEdit = may("write");
  const words = useRuleWords();
  const queryClient = useQueryClient();
  const [search, setSearch] = useQueryState("q", parseAsString.withDefault("").withOptions({ throttleMs: 200 }));
  const [editing, setEditing] = useState<Editing>(null);
  const [announcement, setAnnouncement] = useState("");
  const focusNext = useRef<string | null>(null);
  const keywords = useQuery({
    queryKey: keywordsKey,
    queryFn: () => api.get<Page<FailKeywordView>>(`${keywordsPath}?limit=500`),
    initialData: initial,
  });
  const samples = useQuery({
    queryKey: [...keywordsKey, "samples"],
    queryFn: () => api.get<{ samples: Record<string, string> }>(`${keywordsPath}/samples`),
    enabled: may("bodies"),
  });
  const restore = useApiMutation({
    mutationFn: (rule: FailKeywordView) => api.post<FailKeywordView>(`${keywordsPath}/${rule.id}/restore`, {}),
    invalidate: [keywordsKey],
  });
  const remove = useApiMutation({
    mutationFn: ({ id }: FailKeywordView) => api.delete(`${keywordsPath}/${id}`),
    invalidate: [keywordsKey],
    success: (_answer, rule) => ({
      title: common("deleted", { name: words(rule) }),
      onUndo: () => restore.mutate(rule),
    }),
  });
  const add = useApiMutation({
    mutationFn: (rule: FailKeywordInput) => api.post<FailKeywordView>(keywordsPath, rule),
    invalidate: [keywordsKey],
    success: () => t("created"),
  });
  const order = useApiMutation({
    mutationFn: (ids: string[]) => api.put<Page<FailKeywordView>>(`${keywordsPath}/order`, { ids }),
    invalidate: [keywordsKey],
    refresh: false,
  });
  const items = keywords.data.items;

  // A moved row is drawn anew in its new place: the focus follows it there.
  useEffect(() => {
    const id = focusNext.current;
    if (id === null) return;
    focusNext.current = null;
    document.querySelector<HTMLElement>(`[data-move="${CSS.escape(id)}"]`)?.focus();
  });

  const move = (rule: FailKeywordView, place: number) => {
    const next = items.filter(({ id }) => id !== rule.id).toSpliced(place, 0, rule);
    queryClient.setQueryData<Page<FailKeywordView>>(keywordsKey, (page) => page && { ...page, items: next });
    focusNext.current = rule.id;
    setAnnouncement(t("moved", { keyword: words(rule), place: place + 1, count: items.length }));
    order.mutate(next.map(({ id }) => id));
  };
  const needle = search.trim().toLowerCase();
  const shown = items.filter(
    ({ id, keyword, description, targetName }) =>
      needle === "" ||
      needle === id ||
      `${keyword}\n${description}\n${targetName ?? ""}`.toLowerCase().includes(needle),
  );
  const unused = starterNames.filter((name) => !items.some((rule) => isStarter(rule, name)));
  const addButton = (
    <Button
      variant="primary"
      icon={Plus}
      data-shortcut="page.new"
      onClick={() => setEditing({ rule: null, draft: blankDraft })}
    >
      {t("add")}
    </Button>
  );
  return (
    <PageBody>
      <PageHeader title={t("title")} description={t("description")} actions={canEdit && addButton} />
      {keywords.isError && (
        <ErrorCard
          onRetry={() => void keywords.refetch()}
          pending={keywords.isFetching}
          diagnosticId={isApiError(keywords.error) ? keywords.error.requestId : null}
        >
          {errorText(keywords.error)}
        </ErrorCard>
      )}
      <p aria-live="polite" className="sr-only">
        {announcement}
      </p>
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          {items.length === 0 ? (
            <Card flush>
              <EmptyState icon={ShieldAlert} title={t("emptyTitle")}>
                {t("empty")}
              </EmptyState>
            </Card>
          ) : (
            <>
              <Input
                type="search"
                value={search}
                onValueChange={(value) => void setSearch(value || null)}
                aria-label={t("search")}
                placeholder={t("search")}
                className="sm:max-w-80"
              />
              <Card flush>
                {shown.length === 0 ? (
                  <EmptyState title={t("filteredEmpty")} />
                ) : (
                  <KeywordTable
                    items={shown}
                    canEdit={canEdit}
                    canMove={needle === "" && items.length > 1}
                    samples={samples.data?.samples ?? {}}
                    onEdit={(rule) => setEditing({ rule, draft: draftOf(rule) })}
                    onDuplicate={(rule) => setEditing({ rule: null, draft: draftOf(rule) })}
                    onDelete={(rule) => remove.mutate(rule)}
                    onMove={move}
                  />
                )}
              </Card>
              {canEdit && items.length > 1 && <p className="text-caption text-muted-foreground">{t("orderHint")}</p>}
            </>
          )}
          {canEdit && items.length < startersUntil && unused.length > 0 && (
            <Starters
              names={unused}
              pending={add.isPending}
              onAdd={(name) => add.mutate({ ...starters[name], description: t(`starter.${name}`) })}
            />
          )}
        </div>
        <Card title={t("tester.title")} description={t("tester.hint")}>
          <KeywordTester saved={items} />
        </Card>
      </div>
      {editing !== null && (
        <KeywordSheet
          rule={editing.rule}
          initial={editing.draft}
          holdback={holdback}
          onClose={() => setEditing(null)}
        />
      )}
    </PageBody>
  );
}

function Starters({
  names,
  pending,
  onAdd,
}: {
  names: readonly StarterName[];
  pending: boolean;
  onAdd: (name: StarterName) => void;
}) {
  const t = useTranslations("failKeywords");
  return (
    <Card title={t("starters")}>
      <ul className="flex flex-col gap-3">
        {names.map((name) => (
          <li key={name} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <span className="min-w-0 flex-1 basis-48 text-small">{t(`starter.${name}`)}</span>
            <Button
              size="compact"
              disabled={pending}
              onClick={() => onAdd(name)}
              aria-label={t("starterAdd", { rule: t(`starter.${name}`) })}
            >
              {t("add")}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
