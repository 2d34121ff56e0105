"use client";

import { Pencil, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFormat } from "@/components/format";
import { isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { ProviderView } from "@/lib/schemas/providers";
import { usePages } from "../import/pager";
import { hasQuota } from "../quota";
import { QuotaBars, ResetQuotaDialog } from "../quota-bars";

/** What may go to a provider at once, and what each of its models has left. */
export function LimitsTab({ provider, onEdit }: { provider: ProviderView; onEdit: () => void }) {
  const t = useTranslations("providers");
  const tModels = useTranslations("providers.models");
  const format = useFormat();
  const may = useMay();
  const [resetting, setResetting] = useState<DeploymentView | null>(null);
  const limited = provider.deployments.filter((one) => one.maxConcurrent !== null || hasQuota(one));
  const { shown, pager } = usePages(limited);
  const underWay = provider.deployments.reduce((sum, { state }) => sum + (state?.inFlight ?? 0), 0);
  return (
    <div className="flex flex-col gap-6">
      {provider.protocol !== "demo" && (
        <Card
          title={t("limits.provider")}
          description={t("limits.providerNote")}
          actions={
            may("write") && (
              <Button size="compact" icon={Pencil} disabled={isFromFile(provider)} onClick={onEdit}>
                {t("detail.edit")}
              </Button>
            )
          }
        >
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-small">
            <dt className="text-muted-foreground">{t("detail.maxInFlight")}</dt>
            <dd>
              {provider.maxInFlight === null
                ? t("limits.underWay", { count: underWay })
                : t("limits.underWayOf", { count: underWay, limit: format.integer(provider.maxInFlight) })}
            </dd>
            <dt className="text-muted-foreground">{t("detail.retries")}</dt>
            <dd>{format.integer(provider.retries)}</dd>
          </dl>
        </Card>
      )}
      <Card flush title={t("limits.models")} description={t("limits.modelsNote")}>
        {limited.length === 0 ? (
          <p className="px-4 py-8 text-center text-muted-foreground">{t("limits.none")}</p>
        ) : (
          <>
            <Table label={t("limits.models")}>
              <Thead>
                <Th>{tModels("columns.model")}</Th>
                <Th>{t("detail.maxInFlight")}</Th>
                <Th>{t("quota.title")}</Th>
                <Th>
                  <span className="sr-only">{tModels("columns.actions")}</span>
                </Th>
              </Thead>
              <Tbody>
                {shown.map((deployment) => (
                  <Tr key={deployment.id} muted={!deployment.enabled}>
                    <Td primary>{deployment.name}</Td>
                    <Td label={t("detail.maxInFlight")}>
                      {deployment.maxConcurrent === null
                        ? tModels("unlimited")
                        : tModels("atOnce", { count: deployment.maxConcurrent })}
                    </Td>
                    <Td label={t("quota.title")}>
                      {hasQuota(deployment) ? <QuotaBars deployment={deployment} /> : tModels("unlimited")}
                    </Td>
                    <Td align="end">
                      {may("write") && hasQuota(deployment) && (
                        <Button size="compact" icon={RotateCcw} onClick={() => setResetting(deployment)}>
                          {t("quota.reset")}
                        </Button>
                      )}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
            {pager}
          </>
        )}
      </Card>
      <ResetQuotaDialog deployment={resetting} onClose={() => setResetting(null)} />
    </div>
  );
}
