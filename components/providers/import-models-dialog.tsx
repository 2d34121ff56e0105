"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, isApiError, useApiMutation, useErrorText } from "@/components/api-client";
import { CheckRow } from "@/components/check-row";
import { useDates, useFormat } from "@/components/format";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorCard } from "@/components/ui/error-card";
import { Input } from "@/components/ui/input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Tooltip } from "@/components/ui/tooltip";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { CatalogueMatch, OfferedModel, OfferedModels } from "@/lib/schemas/price-catalogue";
import type { ProviderView } from "@/lib/schemas/providers";
import { chosenWithoutPrice, deploymentOf, hasPrice } from "./offered-model";
import { routeObjectKeys } from "./use-providers";

type Outcome = { added: number; failures: unknown[] };

/** Rows drawn at once; some aggregators list thousands of models. */
const shownMost = 200;

/** Picks models from the provider's own list and adds each as a deployment, with the list price where it is known. */
export function ImportModelsDialog({
  provider,
  open,
  onOpenChange,
}: {
  provider: ProviderView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations("providers.import");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = useQuery({
    queryKey: ["provider-models", provider.id],
    queryFn: () => api.get<OfferedModels>(`/api/admin/providers/${provider.id}/models`),
    enabled: open,
    staleTime: 60_000,
    retry: false,
  });
  const add = useApiMutation({
    mutationFn: async (models: readonly OfferedModel[]): Promise<Outcome> => {
      const outcome: Outcome = { added: 0, failures: [] };
      // One after the other: each write makes the gateway read its configuration again.
      for (const model of models) {
        try {
          await api.post<DeploymentView>("/api/admin/deployments", deploymentOf(provider.id, model));
          outcome.added += 1;
        } catch (error) {
          if (isApiError(error) && error.code === "unauthorized") throw error;
          outcome.failures.push(error);
        }
      }
      return outcome;
    },
    invalidate: routeObjectKeys,
    onSuccess: () => close(),
    success: ({ added, failures }) =>
      failures.length === 0
        ? t("done", { count: added })
        : { title: t("partly", { added, failed: failures.length, reason: errorText(failures[0]) }), tone: "danger" },
  });
  function close(): void {
    setChosen(new Set());
    setSearch("");
    onOpenChange(false);
  }

  const present = new Set(provider.deployments.map(({ model }) => model));
  const offered = list.data?.items ?? [];
  const matching = offered.filter(({ id }) => id.toLowerCase().includes(search.trim().toLowerCase()));
  const shown = matching.slice(0, shownMost);
  const free = shown.filter(({ id }) => !present.has(id));
  const unpriced = chosenWithoutPrice(offered, chosen);
  const allChosen = free.length > 0 && free.every(({ id }) => chosen.has(id));
  const choose = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };

  return (
    <Dialog
      size="medium"
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={t("title", { name: provider.name })}
      description={t("description")}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            disabled={chosen.size === 0}
            pending={add.isPending}
            onClick={() => add.mutate(offered.filter(({ id }) => chosen.has(id)))}
          >
            {t("submit", { count: chosen.size })}
          </Button>
        </>
      }
    >
      {list.isPending ? (
        <SkeletonRows rows={6} />
      ) : list.error ? (
        <ErrorCard
          title={t("failed")}
          onRetry={() => void list.refetch()}
          pending={list.isFetching}
          diagnosticId={isApiError(list.error) ? list.error.requestId : null}
        >
          {isApiError(list.error) && list.error.status >= 502 ? list.error.message : errorText(list.error)}
        </ErrorCard>
      ) : offered.length === 0 ? (
        <p className="py-6 text-center text-muted-foreground">{t("nothing")}</p>
      ) : (
        <div className="flex flex-col gap-3">
          {list.data?.catalogue && <PricesFrom catalogue={list.data.catalogue} />}
          <Input
            type="search"
            value={search}
            onValueChange={setSearch}
            placeholder={t("search")}
            aria-label={t("search")}
          />
          {free.length > 0 && (
            <CheckRow
              checked={allChosen}
              indeterminate={!allChosen && free.some(({ id }) => chosen.has(id))}
              onCheckedChange={(on) =>
                choose(
                  free.map(({ id }) => id),
                  on,
                )
              }
            >
              {t("selectAll")}
            </CheckRow>
          )}
          {shown.length === 0 ? (
            <p className="py-6 text-center text-muted-foreground">{t("noMatch", { query: search })}</p>
          ) : (
            <ul className="flex flex-col divide-y rounded-card border">
              {shown.map(({ id, match }) => (
                <li key={id}>
                  <CheckRow
                    checked={present.has(id) || chosen.has(id)}
                    disabled={present.has(id)}
                    onCheckedChange={(on) => choose([id], on)}
                  >
                    <span className="min-w-0 flex-1 break-all font-mono text-small">{id}</span>
                    {present.has(id) ? <span className="text-small">{t("added")}</span> : <ListPrice match={match} />}
                  </CheckRow>
                </li>
              ))}
            </ul>
          )}
          {matching.length > shown.length && (
            <p className="text-muted-foreground text-small">{t("more", { count: matching.length - shown.length })}</p>
          )}
          {unpriced > 0 && (
            <p className="text-small text-warning" role="status">
              {t("withoutPrice", { count: unpriced })}
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}

/** Where the prices come from, and what is wrong with a price file of one's own. */
function PricesFrom({ catalogue: { date, problem } }: Pick<OfferedModels, "catalogue">) {
  const t = useTranslations("providers.import");
  const dates = useDates();
  return (
    <div className="flex flex-col gap-1 text-small">
      <p className="text-muted-foreground">
        {t("pricesFrom", { date: dates.dateTime(new Date(`${date}T12:00:00Z`), "date") })}
      </p>
      {problem && <p className="text-warning">{t("catalogueProblem", { reason: problem.message })}</p>}
    </div>
  );
}

/** What a model will cost once it is added; that nothing is known is said, never left out. */
function ListPrice({ match }: { match: CatalogueMatch | null }) {
  const t = useTranslations("providers.import");
  const format = useFormat();
  if (!hasPrice(match)) return <span className="shrink-0 text-small text-warning">{t("noPrice")}</span>;
  const { inputPrice, outputPrice, callPrice } = match;
  const tokens = [inputPrice, outputPrice].filter((price) => price !== null).map((price) => format.usd(price));
  const price = [
    ...(tokens.length > 0 ? [tokens.join(" · ")] : []),
    ...(callPrice !== null ? [t("perCall", { price: format.usd(callPrice) })] : []),
  ].join(" + ");
  const className = "shrink-0 whitespace-nowrap text-muted-foreground text-small tabular-nums";
  if (match.basis === "host") return <span className={className}>{price}</span>;
  return (
    <Tooltip content={t("byName", { vendor: match.vendor, model: match.model })}>
      <span className={className}>{t("aboutPrice", { price })}</span>
    </Tooltip>
  );
}
