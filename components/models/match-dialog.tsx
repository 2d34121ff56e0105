"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { api, useApiMutation, useErrorText } from "@/components/api-client";
import { useDates, useFormat } from "@/components/format";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { CatalogueMatchRow, CatalogueMatchView } from "@/lib/schemas/models";
import type { CataloguePrices } from "@/lib/schemas/price-catalogue";
import { modelKeys } from "./model-keys";

/** What the catalogue would change, row by row, before it does. */
export function MatchDialog({ deploymentIds, onClose }: { deploymentIds: readonly string[]; onClose: () => void }) {
  const t = useTranslations("models.match");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const dates = useDates();
  const plan = useQuery({
    queryKey: ["models", "match", deploymentIds],
    queryFn: () => api.post<CatalogueMatchView>("/api/admin/models/match-catalogue", { deploymentIds, dryRun: true }),
    gcTime: 0,
    retry: false,
  });
  const changed = plan.data?.items.filter(({ outcome }) => outcome === "changed") ?? [];
  const rest = plan.data?.items.filter(({ outcome }) => outcome !== "changed") ?? [];
  const count = (outcome: CatalogueMatchRow["outcome"]) => rest.filter((row) => row.outcome === outcome).length;
  const apply = useApiMutation({
    mutationFn: () =>
      api.post<CatalogueMatchView>("/api/admin/models/match-catalogue", {
        deploymentIds: changed.map(({ deploymentId }) => deploymentId),
      }),
    invalidate: modelKeys,
    success: ({ items }) => t("done", { count: items.filter(({ outcome }) => outcome === "changed").length }),
    onSuccess: onClose,
  });
  return (
    <Dialog
      open
      size="medium"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title")}
      description={
        plan.data ? t("body", { date: dates.dateTime(new Date(`${plan.data.date}T12:00Z`), "date") }) : undefined
      }
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            pending={apply.isPending}
            disabled={changed.length === 0}
            onClick={() => apply.mutate()}
          >
            {t("apply", { count: changed.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {plan.error && <p className="text-danger text-small">{errorText(plan.error)}</p>}
        {plan.isPending && <SkeletonRows rows={4} />}
        {plan.data && changed.length === 0 && <p>{t("nothing")}</p>}
        {changed.length > 0 && (
          <ul className="flex flex-col divide-y rounded-card border text-small">
            {changed.map((row) => (
              <li key={row.deploymentId} className="flex flex-col gap-0.5 px-3 py-2">
                <span className="break-words font-medium">
                  {row.provider}/{row.name}
                </span>
                <span className="text-muted-foreground tabular-nums">
                  <PricesText prices={row.before} /> → <PricesText prices={row.after} />
                </span>
                {row.basis === "name" && <span className="text-warning">{t("byName")}</span>}
              </li>
            ))}
          </ul>
        )}
        {rest.length > 0 && (
          <p className="text-muted-foreground text-small">
            {t("rest", { same: count("same"), unknown: count("unknown"), file: count("from_file") })}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function PricesText({ prices }: { prices: CataloguePrices | null }) {
  const t = useTranslations("models");
  const format = useFormat();
  if (prices === null || (prices.inputPrice === null && prices.outputPrice === null && prices.callPrice === null))
    return t("noPrice");
  const parts = [prices.inputPrice, prices.outputPrice, prices.callPrice].filter((one) => one !== null);
  return parts.map((usd) => format.usd(usd)).join(" · ");
}
