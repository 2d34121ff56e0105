"use client";

import { FlaskConical, Power, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsStringLiteral, useQueryState } from "nuqs";
import { FromFileBadge, FromFileNote, isFromFile } from "@/components/from-file";
import { HistoryTab } from "@/components/history/history-tab";
import { useMay } from "@/components/permissions";
import { ProviderIcon } from "@/components/provider-icon";
import { QueryError } from "@/components/query-error";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { Tabs } from "@/components/ui/tabs";
import type { ProviderView } from "@/lib/schemas/providers";
import { CredentialsCard } from "./credentials-card";
import { HealthTab } from "./detail/health-tab";
import { LimitsTab } from "./detail/limits-tab";
import { OverviewTab } from "./detail/overview-tab";
import { SettingsTab } from "./detail/settings-tab";
import { StateCard } from "./detail/state-card";
import { ListCard } from "./import/list-card";
import { LiveStateBadge } from "./live-state";
import { ModelsCard } from "./models-card";
import { useProviderActions } from "./provider-actions";
import { EditProviderSheet } from "./provider-sheet";
import { providerState } from "./provider-state";
import { useProviderTest } from "./provider-test";
import { useProvider, useStates, withLiveStates } from "./use-providers";

const tabs = ["overview", "models", "credentials", "limits", "health", "settings", "history"] as const;

const DemoFaultsCard = dynamic(() => import("../setup/demo-faults-card").then((module) => module.DemoFaultsCard));

export function ProviderDetail({
  initial,
  failureWindowMinutes,
}: {
  initial: ProviderView;
  failureWindowMinutes: number;
}) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const tNav = useTranslations("nav");
  const router = useRouter();
  const may = useMay();
  const [tab, setTab] = useQueryState(
    "tab",
    parseAsStringLiteral(tabs).withDefault("overview").withOptions({ history: "push" }),
  );
  const [editing, setEditing] = useQueryState("edit", parseAsBoolean.withDefault(false));
  const query = useProvider(initial);
  const states = useStates(initial.deployments);
  const { start: startTest, pending: testing, dialog: testDialog } = useProviderTest();
  const actions = useProviderActions({ onDeleted: () => router.replace("/providers") });

  const provider = withLiveStates(query.data ?? initial, states);
  const state = providerState(provider);
  const locked = isFromFile(provider);
  const test = (deployment?: { id: string; name: string }) =>
    startTest({
      providerId: provider.id,
      ...(deployment && { deploymentId: deployment.id }),
      name: deployment?.name ?? provider.name,
      protocol: provider.protocol,
    });
  const contents = {
    overview: <OverviewTab provider={provider} />,
    models: (
      <div className="flex flex-col gap-6">
        {provider.protocol !== "demo" && !locked && <ListCard provider={provider} />}
        <ModelsCard provider={provider} onTest={test} />
      </div>
    ),
    credentials: <CredentialsCard provider={provider} />,
    limits: <LimitsTab provider={provider} onEdit={() => void setEditing(true)} />,
    health: <HealthTab provider={provider} />,
    settings: (
      <SettingsTab
        provider={provider}
        onEdit={() => void setEditing(true)}
        onToggle={() => actions.toggle(provider)}
        onDelete={() => actions.askDelete(provider)}
        pending={actions.pendingId === provider.id}
      />
    ),
    history: <HistoryTab targetType="provider" targetId={provider.id} version={provider.version} locked={locked} />,
  };
  const counts = {
    models: provider.deployments.length,
    credentials: provider.credentials.length,
  };
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
          may("write") && (
            <>
              <Button
                icon={FlaskConical}
                pending={testing}
                disabled={provider.deployments.length === 0}
                title={provider.deployments.length === 0 ? t("testing.noneYet") : undefined}
                onClick={() => test()}
              >
                {t("test")}
              </Button>
              <Button
                icon={Power}
                disabled={locked}
                pending={actions.pendingId === provider.id}
                onClick={() => actions.toggle(provider)}
              >
                {tCommon(provider.enabled ? "disable" : "enable")}
              </Button>
              <Menu label={t("actionsFor", { name: provider.name })}>
                <MenuItem icon={Trash2} tone="danger" disabled={locked} onClick={() => actions.askDelete(provider)}>
                  {tCommon("delete")}
                </MenuItem>
              </Menu>
            </>
          )
        }
      />
      <QueryError query={query} />
      <FromFileNote subject={provider} mayHold />
      <StateCard provider={provider} state={state} failureWindowMinutes={failureWindowMinutes} onTry={test} />
      {provider.protocol === "demo" && <DemoFaultsCard models={provider.deployments.map(({ model }) => model)} />}
      <Tabs
        label={t("tab.label")}
        value={tab}
        onValueChange={(next) => void setTab(next)}
        tabs={tabs.map((value) => ({
          value,
          label:
            value === "models" || value === "credentials"
              ? t("tab.counted", { name: t(`tab.${value}`), count: counts[value] })
              : t(`tab.${value}`),
          content: contents[value],
        }))}
      />
      <EditProviderSheet
        open={editing && !locked}
        onOpenChange={(open) => void setEditing(open || null)}
        provider={provider}
      />
      {testDialog}
      {actions.dialogs}
    </PageBody>
  );
}
