"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, ShieldAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import type { Page } from "@/lib/schemas/common";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";
import { api, isApiError, useErrorText } from "../api-client";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { Input } from "../ui/input";
import { PageBody, PageHeader } from "../ui/page-header";
import { keywordsKey, keywordsPath } from "./api";
import { DeleteKeyword } from "./delete-keyword";
import { KeywordSheet } from "./keyword-sheet";
import { KeywordTable } from "./keyword-table";
import { KeywordTester } from "./keyword-tester";

/** Which keyword the sheet shows: a new one, an existing one, or none. */
type Editing = { keyword: FailKeywordView | null } | null;

export function KeywordsPage({ initial, canEdit }: { initial: Page<FailKeywordView>; canEdit: boolean }) {
  const t = useTranslations("failKeywords");
  const errorText = useErrorText();
  const [search, setSearch] = useQueryState("q", parseAsString.withDefault("").withOptions({ throttleMs: 200 }));
  const [editing, setEditing] = useState<Editing>(null);
  const [leaving, setLeaving] = useState<FailKeywordView | null>(null);
  const keywords = useQuery({
    queryKey: keywordsKey,
    queryFn: () => api.get<Page<FailKeywordView>>(`${keywordsPath}?limit=500`),
    initialData: initial,
  });
  const items = keywords.data.items;
  const needle = search.trim().toLowerCase();
  const shown = items.filter(
    ({ keyword, description, targetName }) =>
      needle === "" || `${keyword}\n${description}\n${targetName ?? ""}`.toLowerCase().includes(needle),
  );
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setEditing({ keyword: null })}>
      {t("add")}
    </Button>
  );
  return (
    <PageBody>
      <PageHeader title={t("title")} description={t("description")} actions={canEdit && add} />
      {keywords.isError && (
        <ErrorCard
          onRetry={() => void keywords.refetch()}
          pending={keywords.isFetching}
          diagnosticId={isApiError(keywords.error) ? keywords.error.requestId : null}
        >
          {errorText(keywords.error)}
        </ErrorCard>
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        {items.length === 0 ? (
          <Card flush>
            <EmptyState icon={ShieldAlert} title={t("emptyTitle")}>
              {t("empty")}
            </EmptyState>
          </Card>
        ) : (
          <div className="flex min-w-0 flex-col gap-3">
            <Input
              type="search"
              value={search}
              onValueChange={(value) => void setSearch(value || null)}
              aria-label={t("search")}
              placeholder={t("search")}
              className="max-w-80"
            />
            <Card flush>
              {shown.length === 0 ? (
                <EmptyState title={t("filteredEmpty")} />
              ) : (
                <KeywordTable
                  items={shown}
                  canEdit={canEdit}
                  onEdit={(keyword) => setEditing({ keyword })}
                  onDelete={setLeaving}
                />
              )}
            </Card>
          </div>
        )}
        <Card title={t("tester.title")} description={t("tester.hint")}>
          <KeywordTester saved={items} />
        </Card>
      </div>
      <KeywordSheet
        open={editing !== null}
        keyword={editing?.keyword ?? null}
        onOpenChange={(open) => {
          if (!open) setEditing(null);
        }}
      />
      <DeleteKeyword keyword={leaving} onDone={() => setLeaving(null)} />
    </PageBody>
  );
}
