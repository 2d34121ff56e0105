"use client";

import { FlaskConical, Pencil, Power, RotateCcw, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState } from "nuqs";
import { api, useApiMutation } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { FromFileBadge, FromFileNote, isFromFile } from "@/components/from-file";
import { ProviderIcon } from "@/components/provider-icon";
import { QueryError } from "@/components/query-error";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import type { ProviderView } from "@/lib/schemas/providers";
import { CredentialsCard } from "./credentials-card";
import { ListCard } from "./import/list-card";
import { LiveStateBadge, StateCause } from "./live-state";
import { ModelsCard } from "./models-card";
import { useProviderActions } from "./provider-actions";
import { clockNames, hasWireApi } from "./provider-form";
import { EditProviderSheet } from "./provider-sheet";
import { allKeysSetAside, type ProviderState, providerState } from "./provider-state";
import { useProviderTest } from "./provider-test";
import { routeObjectKeys, useProvider, useStates, withLiveStates } from "./use-providers";

export function ProviderDetail({ initial }: { initial: ProviderView }) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const tNav = useTranslations("nav");
  const router = useRouter();
  const [editing, setEditing] = useQueryState("edit", parseAsBoolean.withDefault(false));
  const query = useProvider(initial);
  const states = useStates(initial.deployments);
  const { start: startTest, pending: testing, dialog: testDialog } = useProviderTest();
  const actions = useProviderActions({ onDeleted: () => router.replace("/providers") });

  const provider = withLiveStates(query.data ?? initial, states);
  const state = providerState(provider);
  return (
    <PageBody wide>
      <PageHeader
        breadcrumb={{ href: "/providers", label: tNav("providers") }}
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            <ProviderIcon name={provider.name} />
            {provider.name}
            <LiveStateBadge state={state.state} />
            <FromFileBadge subject={provider} />
          </span>
        }
        actions={
          <>
            <Button
              icon={FlaskConical}
              pending={testing}
              disabled={provider.deployments.length === 0}
              title={provider.deployments.length === 0 ? t("testing.noneYet") : undefined}
              onClick={() => startTest({ providerId: provider.id, name: provider.name, protocol: provider.protocol })}
            >
              {t("test")}
            </Button>
            <Button
              icon={Power}
              disabled={isFromFile(provider)}
              pending={actions.pendingId === provider.id}
              onClick={() => actions.toggle(provider)}
            >
              {tCommon(provider.enabled ? "disable" : "enable")}
            </Button>
            <Menu label={t("actionsFor", { name: provider.name })}>
              <MenuItem icon={Pencil} disabled={isFromFile(provider)} onClick={() => void setEditing(true)}>
                {tCommon("edit")}
              </MenuItem>
              <MenuSeparator />
              <MenuItem
                icon={Trash2}
                tone="danger"
                disabled={isFromFile(provider)}
                onClick={() => actions.askDelete(provider)}
              >
                {tCommon("delete")}
              </MenuItem>
            </Menu>
          </>
        }
      />
      <QueryError query={query} />
      <FromFileNote subject={provider} mayHold />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <OverviewCard provider={provider} state={state} onEdit={() => void setEditing(true)} />
        <CredentialsCard provider={provider} />
      </div>
      {provider.protocol !== "demo" && !isFromFile(provider) && <ListCard provider={provider} />}
      <ModelsCard
        provider={provider}
        onTest={(deployment) =>
          startTest({
            providerId: provider.id,
            deploymentId: deployment.id,
            name: deployment.name,
            protocol: provider.protocol,
          })
        }
      />
      <EditProviderSheet
        open={editing && !isFromFile(provider)}
        onOpenChange={(open) => void setEditing(open || null)}
        provider={provider}
      />
      {testDialog}
      {actions.dialogs}
    </PageBody>
  );
}

function OverviewCard({
  provider,
  state,
  onEdit,
}: {
  provider: ProviderView;
  state: ProviderState;
  onEdit: () => void;
}) {
  const t = useTranslations("providers");
  const format = useFormat();
  const reset = useApiMutation({
    mutationFn: () => api.post("/api/admin/health/reset", { providerId: provider.id }),
    invalidate: routeObjectKeys,
    success: () => t("detail.resetDone"),
  });
  const isDemo = provider.protocol === "demo";
  const inTrouble = ["degraded", "circuit_open", "half_open", "cooling_down"].includes(state.state);
  const clocks = clockNames.flatMap((clock) => {
    const ms = provider.timeouts[clock];
    return ms === undefined ? [] : [`${t(`timeout.${clock}`)} ${format.duration(ms)}`];
  });
  const facts: [string, string][] = isDemo
    ? [[t("detail.protocol"), t("protocol.demo")]]
    : [
        [t("detail.address"), provider.baseUrl],
        [t("detail.protocol"), t(`protocol.${provider.protocol}`)],
        [
          t("detail.apiVersion"),
          provider.protocol === "azure" ? (provider.apiVersion ?? t("detail.apiVersionNone")) : "",
        ],
        [t("detail.wireApi"), hasWireApi(provider.protocol) ? t(`form.wireApiOption.${provider.wireApi}`) : ""],
        [t("detail.headers"), Object.keys(provider.headers).join(", ")],
        [
          t("detail.maxInFlight"),
          provider.maxInFlight === null ? t("detail.noLimit") : format.integer(provider.maxInFlight),
        ],
        [t("detail.timeouts"), clocks.length > 0 ? clocks.join(" · ") : t("detail.inherited")],
      ];
  return (
    <Card
      title={t("detail.overview")}
      actions={
        <Button size="compact" icon={Pencil} disabled={isFromFile(provider)} onClick={onEdit}>
          {t("detail.edit")}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-card bg-muted px-3 py-2.5">
          <div className="flex min-w-0 flex-1 basis-64 flex-col gap-0.5">
            <p>{allKeysSetAside(provider) ? t("sentence.keysSetAside") : sentence(t, state)}</p>
            <StateCause cause={state.cause} />
          </div>
          {inTrouble && (
            <Button size="compact" icon={RotateCcw} pending={reset.isPending} onClick={() => reset.mutate()}>
              {t("detail.reset")}
            </Button>
          )}
        </div>
        {isDemo && <p className="text-muted-foreground">{t("demoNote")}</p>}
        <dl className="grid grid-cols-[minmax(96px,auto)_1fr] gap-x-6 gap-y-2 text-small">
          {[...facts, [t("detail.retries"), format.integer(provider.retries)] as const].map(([label, value]) =>
            value === "" ? null : (
              <div key={label} className="contents">
                <dt className="text-muted-foreground">{label}</dt>
                <dd className="min-w-0 break-words">{value}</dd>
              </div>
            ),
          )}
        </dl>
      </div>
    </Card>
  );
}

function sentence(
  t: ReturnType<typeof useTranslations<"providers">>,
  { state, affected, total }: ProviderState,
): string {
  if (state === "degraded") {
    return affected === total ? t("sentence.degradedAll", { total }) : t("sentence.degraded", { affected, total });
  }
  if (state === "ready") return t("sentence.ready", { total });
  return t(`sentence.${state}`);
}
