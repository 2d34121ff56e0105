"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Page } from "@/lib/schemas/common";
import type { PortalCallView, PortalKeyView, PortalModelsView, PortalUsageView } from "@/lib/schemas/portal";
import { useDates } from "../format";
import { QueryError } from "../query-error";
import { PageBody, PageHeader } from "../ui/page-header";
import { CallsCard } from "./calls-card";
import { LimitsCard } from "./limits-card";
import { ModelsCard } from "./models-card";
import { portalApi } from "./portal-api";
import { RouteCard } from "./route-card";
import { UsageCard } from "./usage-card";

/** What a key spends moves while one looks at it, and a session ends within seconds of its key. */
const liveMs = 5_000;
const usageMs = 60_000;

export type PortalData = {
  key: PortalKeyView;
  models: PortalModelsView;
  usage: PortalUsageView;
  calls: Page<PortalCallView>;
};

/** The page of a key's holder: limits, models, use and calls of that one key. */
export function PortalView({ initial }: { initial: PortalData }) {
  const t = useTranslations("portal");
  const tKeys = useTranslations("keys");
  const dates = useDates();
  const key = useQuery({
    queryKey: ["portal", "key"],
    queryFn: () => portalApi.get<PortalKeyView>("key"),
    initialData: initial.key,
    refetchInterval: liveMs,
  });
  const models = useQuery({
    queryKey: ["portal", "models"],
    queryFn: () => portalApi.get<PortalModelsView>("models"),
    initialData: initial.models,
    refetchInterval: liveMs,
  });
  const usage = useQuery({
    queryKey: ["portal", "usage"],
    queryFn: () => portalApi.get<PortalUsageView>("usage"),
    initialData: initial.usage,
    refetchInterval: usageMs,
  });
  const { name, preview, expiresAt, replacedAt } = key.data;
  const moment = (at: string) => dates.dateTime(new Date(at), "log");
  return (
    <PageBody>
      <PageHeader
        title={name}
        description={
          <>
            <code className="whitespace-nowrap">{preview}</code>
            {expiresAt !== null && ` · ${tKeys("statusReason.expiring", { when: moment(expiresAt) })}`}
          </>
        }
      />
      {replacedAt !== null && <p className="text-body text-warning">{t("replaced", { when: moment(replacedAt) })}</p>}
      <QueryError query={key} />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <LimitsCard subject={key.data} />
        <UsageCard usage={usage.data} />
      </div>
      <QueryError query={models} />
      <ModelsCard models={models.data} />
      {models.data.groups.map(
        (group) => group.route !== null && <RouteCard key={group.id} group={group} route={group.route} />,
      )}
      <CallsCard initial={initial.calls} storesText={key.data.storeBodies} />
    </PageBody>
  );
}
