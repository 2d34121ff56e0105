"use client";

import { useQuery } from "@tanstack/react-query";
import { BookCheck, Boxes, CalendarClock } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useDates } from "@/components/format";
import { useMay } from "@/components/permissions";
import { usePages } from "@/components/providers/import/pager";
import { QueryError } from "@/components/query-error";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { SearchField } from "@/components/ui/search-field";
import type { ModelCatalogueView, ModelOffer, PriceChangeView } from "@/lib/schemas/models";
import { modelKeys } from "./model-keys";
import { abilities, lacksPrice, listedModels, modelSorts, pricedStates } from "./model-order";
import { ModelTable, Prices } from "./model-table";

const PriceSheet = dynamic(() => import("./price-sheet").then((module) => module.PriceSheet));
const MatchDialog = dynamic(() => import("./match-dialog").then((module) => module.MatchDialog));

const anyValue = "any";
const refreshMs = 15_000;
/** As many as the server compares at once. */
const matchMost = 500;
const filters = {
  q: parseAsString.withDefault(""),
  cap: parseAsStringLiteral(abilities),
  provider: parseAsString,
  priced: parseAsStringLiteral(pricedStates),
  sort: parseAsStringLiteral(modelSorts).withDefault("name"),
};

/** Everything that can be called: who offers it, what it can do, what it costs, and who is cheapest and fastest now. */
export function ModelsView({ initial }: { initial: ModelCatalogueView }) {
  const t = useTranslations("models");
  const tNav = useTranslations("nav");
  const tProviders = useTranslations("providers");
  const may = useMay();
  const dates = useDates();
  const [filter, setFilter] = useQueryStates(filters);
  const [editing, setEditing] = useState<ModelOffer | null>(null);
  const [matching, setMatching] = useState<readonly string[] | null>(null);
  const query = useQuery({
    queryKey: ["models"],
    queryFn: () => api.get<ModelCatalogueView>("/api/admin/models"),
    initialData: initial,
    refetchInterval: refreshMs,
  });
  const { items, pending, catalogueDate } = query.data;
  const found = listedModels(items, filter);
  const { shown, pager, first } = usePages(found);
  const offers = new Map(items.flatMap((item) => item.offers.map((offer) => [offer.id, offer] as const)));
  const providers = new Map([...offers.values()].map(({ provider }) => [provider.id, provider.name]));
  const unpriced = [...offers.values()].filter((offer) => !offer.demo && lacksPrice(offer));
  const matchable = [...offers.values()]
    .filter(({ demo }) => !demo)
    .map(({ id }) => id)
    .slice(0, matchMost);
  const set = (change: Parameters<typeof setFilter>[0]) => {
    first();
    void setFilter(change);
  };
  return (
    <PageBody wide>
      <PageHeader
        title={tNav("models")}
        description={t("description")}
        actions={
          may("write") &&
          matchable.length > 0 && (
            <Button icon={BookCheck} onClick={() => setMatching(matchable)}>
              {t("match.button")}
            </Button>
          )
        }
      />
      <QueryError query={query} />
      {unpriced.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-card bg-warning-surface px-4 py-3 text-warning">
          <p className="min-w-0 flex-1 basis-64 text-small">{t("missing", { count: unpriced.length })}</p>
          <Button size="compact" onClick={() => set({ priced: "missing" })}>
            {t("showMissing")}
          </Button>
        </div>
      )}
      <Pending changes={pending} />
      {items.length === 0 ? (
        <Card flush>
          <EmptyState
            icon={Boxes}
            title={t("empty")}
            action={
              may("write") && (
                <ButtonLink variant="primary" href="/providers/import">
                  {tProviders("add")}
                </ButtonLink>
              )
            }
          >
            {t("emptyBody")}
          </EmptyState>
        </Card>
      ) : (
        <>
          <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
            <SearchField label={t("search")} value={filter.q} onValueChange={(q) => set({ q: q || null })} />
            <Facet
              label={t("filter.cap")}
              value={filter.cap ?? anyValue}
              options={[
                { value: anyValue, label: t("filter.anyCap") },
                ...abilities.map((value) => ({ value: value as string, label: tProviders(`models.${value}`) })),
              ]}
              onChange={(value) => set({ cap: abilities.find((one) => one === value) ?? null })}
            />
            <Facet
              label={t("filter.provider")}
              value={filter.provider ?? anyValue}
              options={[
                { value: anyValue, label: t("filter.anyProvider") },
                ...[...providers].map(([value, label]) => ({ value, label })),
              ]}
              onChange={(value) => set({ provider: value === anyValue ? null : value })}
            />
            <Facet
              label={t("filter.price")}
              value={filter.priced ?? anyValue}
              options={[
                { value: anyValue, label: t("filter.anyPrice") },
                ...pricedStates.map((value) => ({ value: value as string, label: t(`filter.${value}`) })),
              ]}
              onChange={(value) => set({ priced: pricedStates.find((one) => one === value) ?? null })}
            />
            <Facet
              label={t("filter.sort")}
              value={filter.sort}
              options={modelSorts.map((value) => ({ value, label: t(`sort.${value}`) }))}
              onChange={(sort) => set({ sort })}
            />
          </div>
          <Card flush>
            {found.length === 0 ? (
              <EmptyState
                title={t("noneMatches")}
                action={
                  <Button onClick={() => set({ q: null, cap: null, provider: null, priced: null })}>
                    {t("filter.clear")}
                  </Button>
                }
              />
            ) : (
              <>
                <ModelTable
                  items={shown}
                  pending={pending}
                  catalogueDate={catalogueDate}
                  onEdit={setEditing}
                  onMatch={(id) => setMatching([id])}
                />
                {pager}
              </>
            )}
          </Card>
          <p className="text-muted-foreground text-small">
            {t("note", { date: dates.dateTime(new Date(`${catalogueDate}T12:00Z`), "date") })}
          </p>
        </>
      )}
      {editing && (
        <PriceSheet key={editing.id} offer={offers.get(editing.id) ?? editing} onClose={() => setEditing(null)} />
      )}
      {matching && <MatchDialog deploymentIds={matching} onClose={() => setMatching(null)} />}
    </PageBody>
  );
}

/** Prices with a moment to come, each of which can be taken back. */
function Pending({ changes }: { changes: readonly PriceChangeView[] }) {
  const t = useTranslations("models");
  const dates = useDates();
  const may = useMay();
  const cancel = useApiMutation({
    mutationFn: ({ id }: PriceChangeView) => api.delete(`/api/admin/models/price-changes/${id}`),
    invalidate: modelKeys,
    success: (_answer, { deployment }) => t("pending.cancelled", { name: deployment.name }),
  });
  if (changes.length === 0) return null;
  return (
    <Card flush title={t("pending.title", { count: changes.length })} description={t("pending.body")}>
      <ul className="flex flex-col divide-y">
        {changes.map((change) => (
          <li key={change.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-small">
            <CalendarClock aria-hidden className="size-4 text-muted-foreground" strokeWidth={1.75} />
            <span className="min-w-0 break-words font-medium">
              {change.deployment.provider.name}/{change.deployment.name}
            </span>
            <span className="tabular-nums">
              <Prices {...change} />
            </span>
            <span className="min-w-0 flex-1 text-muted-foreground">
              {t("pending.from", {
                when: dates.dateTime(new Date(change.effectiveAt), "instant"),
                actor: change.actor,
              })}
            </span>
            {may("write") && (
              <Button
                size="compact"
                pending={cancel.isPending && cancel.variables.id === change.id}
                onClick={() => cancel.mutate(change)}
              >
                {t("pending.cancel")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
