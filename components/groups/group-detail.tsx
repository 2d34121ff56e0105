"use client";

import { Copy, Power, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { FromFileBadge, FromFileNote, isFromFile, LockedByFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { Tabs } from "@/components/ui/tabs";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView } from "@/lib/schemas/groups";
import type { InheritedClocks } from "./clocks";
import { useGroupActions } from "./group-actions";
import { GroupSettings } from "./group-settings";
import { RoutingBoard } from "./routing-board";
import { SimulatePanel } from "./simulate-panel";
import { useDeployments, useGroup } from "./use-group";

const HistoryTab = dynamic(() => import("@/components/history/history-tab").then((module) => module.HistoryTab));
const GroupTraffic = dynamic(() => import("./group-traffic").then((module) => module.GroupTraffic));
const GroupKeys = dynamic(() => import("./group-keys").then((module) => module.GroupKeys));

const tabNames = ["routing", "traffic", "keys", "settings", "history"] as const;

export function GroupDetail({
  initial,
}: {
  initial: {
    group: GroupView;
    deployments: Page<DeploymentView>;
    keys: readonly { id: string; name: string }[];
    clocks: InheritedClocks;
  };
}) {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  const tNav = useTranslations("nav");
  const router = useRouter();
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabNames).withDefault("routing"));
  const query = useGroup(initial.group);
  const deployments = useDeployments(initial.deployments);
  const actions = useGroupActions({ onDeleted: () => router.replace("/groups") });
  const may = useMay();
  const group = query.data;
  return (
    <PageBody wide>
      <PageHeader
        breadcrumb={{ href: "/groups", label: tNav("groups") }}
        title={
          <span className="flex flex-wrap items-center gap-2">
            <span className="break-all font-mono">{group.name}</span>
            <CopyButton text={group.name} label={t("copyName", { name: group.name })} />
            {!group.enabled && <Badge tone="refused">{tCommon("disabled")}</Badge>}
            <FromFileBadge subject={group} />
          </span>
        }
        description={t(`strategyEffect.${group.strategy}`)}
        actions={
          may("write") && (
            <>
              <Button
                icon={Power}
                disabled={isFromFile(group)}
                pending={actions.pendingId === group.id}
                onClick={() => actions.toggle(group)}
              >
                {tCommon(group.enabled ? "disable" : "enable")}
              </Button>
              <Menu label={t("actionsFor", { name: group.name })}>
                <MenuItem icon={Copy} onClick={() => actions.duplicate(group)}>
                  {t("duplicate")}
                </MenuItem>
                <MenuItem
                  icon={Trash2}
                  tone="danger"
                  disabled={isFromFile(group)}
                  onClick={() => actions.askDelete(group)}
                >
                  {tCommon("delete")}
                </MenuItem>
              </Menu>
            </>
          )
        }
      />
      <QueryError query={query} />
      <FromFileNote subject={group} />
      <Tabs
        label={t("tabs.label")}
        value={tab}
        onValueChange={(next) => void setTab(next)}
        tabs={[
          {
            value: "routing",
            label: t("tabs.routing"),
            keepMounted: true,
            content: (
              <div className="flex flex-col gap-6">
                <LockedByFile subject={group}>
                  <RoutingBoard group={group} deployments={deployments} />
                </LockedByFile>
                <SimulatePanel group={group} keys={initial.keys} />
              </div>
            ),
          },
          { value: "traffic", label: t("tabs.traffic"), content: <GroupTraffic group={group} /> },
          { value: "keys", label: t("tabs.keys"), content: <GroupKeys group={group} /> },
          {
            value: "settings",
            label: t("tabs.settings"),
            keepMounted: true,
            content: (
              <LockedByFile subject={group}>
                <GroupSettings group={group} clocks={initial.clocks} />
              </LockedByFile>
            ),
          },
          {
            value: "history",
            label: t("tabs.history"),
            content: (
              <HistoryTab targetType="group" targetId={group.id} version={group.version} locked={isFromFile(group)} />
            ),
          },
        ]}
      />
      {actions.dialogs}
    </PageBody>
  );
}
