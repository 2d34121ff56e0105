"use client";

import { ListTree, Pause, Play, Plug, RotateCcw, Zap } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useFormat, useReasonText } from "@/components/format";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { logsHref } from "@/components/health-strip/logs-href";
import { useMay } from "@/components/permissions";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge } from "@/components/providers/live-state";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { HealthView } from "@/lib/schemas/health";
import { isHeld, isTroubled, nameOf, type StatusRow } from "./status-rows";
import type { Probed } from "./use-probes";
import type { useStatusActions } from "./use-status-actions";
import { ProbeText, Why } from "./why";

export type RowActions = Pick<ReturnType<typeof useStatusActions>, "hold" | "release" | "reset" | "pendingId"> & {
  probe: (row: StatusRow) => void;
  select: (row: StatusRow) => void;
};

export function DeploymentsTable({
  rows,
  view,
  selectedId,
  windowMinutes,
  probed,
  actions,
}: {
  rows: readonly StatusRow[];
  view: HealthView | undefined;
  selectedId: string | null;
  windowMinutes: number;
  probed: ReadonlyMap<string, Probed>;
  actions: RowActions;
}) {
  const t = useTranslations("status");
  return (
    <Table label={t("deployments")}>
      <Thead>
        <Th className="w-1/4">{t("columns.deployment")}</Th>
        <Th className="w-[27%]">{t("columns.strip")}</Th>
        <Th align="end">{t("columns.success")}</Th>
        <Th align="end">{t("columns.p95")}</Th>
        <Th>{t("columns.lastError")}</Th>
        <Th>{t("columns.groups")}</Th>
        <Th>
          <span className="sr-only">{t("columns.actions")}</span>
        </Th>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <DeploymentRow
            key={row.deployment.id}
            row={row}
            view={view}
            selected={row.deployment.id === selectedId}
            windowMinutes={windowMinutes}
            probed={probed.get(row.deployment.id)}
            actions={actions}
          />
        ))}
      </Tbody>
    </Table>
  );
}

const shownGroups = 2;

function DeploymentRow({
  row,
  view,
  selected,
  windowMinutes,
  probed,
  actions,
}: {
  row: StatusRow;
  view: HealthView | undefined;
  selected: boolean;
  windowMinutes: number;
  probed: Probed | undefined;
  actions: RowActions;
}) {
  const t = useTranslations("status");
  const format = useFormat();
  const reasonText = useReasonText();
  const { deployment, state, health } = row;
  const { id, provider, groups } = deployment;
  const totals = health?.totals;
  const lastError = health?.lastError ?? null;
  return (
    <Tr aria-selected={selected || undefined} muted={!deployment.enabled} className={cn(selected && "bg-accent")}>
      <Td primary className="md:py-2.5">
        <span className="flex min-w-0 flex-col gap-1">
          <span className="flex min-w-0 flex-col items-start gap-1">
            <button
              type="button"
              onClick={() => actions.select(row)}
              className="inline-flex min-w-0 items-center gap-2 rounded-xs text-start hover:underline touch:min-h-11"
            >
              <ProviderIcon name={provider.name} size="small" />
              <span className="break-words">{nameOf(row)}</span>
            </button>
            <LiveStateBadge state={state} />
          </span>
          <Why row={row} windowMinutes={windowMinutes} />
          <ProbeText result={probed} />
        </span>
      </Td>
      <Td className="py-1.5 md:py-2">
        <HealthStrip
          name={nameOf(row)}
          cells={view === undefined ? undefined : (health?.cells ?? [])}
          to={view?.to}
          events={health?.events}
          hrefOf={(span) => logsHref({ tried: id }, span)}
        />
      </Td>
      <Td label={t("columns.success")} align="end" className="whitespace-nowrap">
        {totals?.successRate == null ? "–" : format.percent(totals.successRate)}
      </Td>
      <Td label={t("columns.p95")} align="end" className="whitespace-nowrap">
        {totals?.p95 == null ? "–" : format.duration(totals.p95)}
      </Td>
      <Td label={t("columns.lastError")} className="md:min-w-44">
        {lastError === null ? (
          <span className="text-muted-foreground">{t("noError")}</span>
        ) : (
          <Link
            href={`/logs?sel=${lastError.callId}`}
            prefetch={false}
            className="flex flex-col rounded-xs text-end hover:underline md:text-start"
          >
            <span>{reasonText(lastError.reason)}</span>
            <span className="text-muted-foreground">
              <RelativeTime at={lastError.at} />
            </span>
          </Link>
        )}
      </Td>
      <Td label={t("columns.groups")} className="md:min-w-24">
        <span className="flex flex-wrap justify-end gap-x-2 md:justify-start">
          {groups.length === 0 && <span className="text-muted-foreground">{t("noGroup")}</span>}
          {groups.slice(0, shownGroups).map((group) => (
            <Link
              key={group.id}
              href={`/groups/${group.id}`}
              prefetch={false}
              className="break-words rounded-xs hover:underline"
            >
              {group.name}
            </Link>
          ))}
          {groups.length > shownGroups && (
            <span className="text-muted-foreground">{t("moreGroups", { count: groups.length - shownGroups })}</span>
          )}
        </span>
      </Td>
      <Td align="end">
        <RowButtons row={row} actions={actions} />
      </Td>
    </Tr>
  );
}

function RowButtons({ row, actions }: { row: StatusRow; actions: RowActions }) {
  const t = useTranslations("status");
  const may = useMay();
  const { deployment, state } = row;
  const pending = actions.pendingId === deployment.id;
  const { hold, release, reset, probe } = actions;
  return (
    <span className="flex items-center justify-end gap-1">
      {may("write") &&
        (isHeld(row) ? (
          <Button size="compact" icon={Play} pending={pending} onClick={() => release(deployment)}>
            {t("release")}
          </Button>
        ) : (
          <Button
            size="compact"
            icon={Pause}
            onClick={() => hold(deployment)}
            aria-label={t("holdName", { name: nameOf(row) })}
          >
            {t("hold")}
          </Button>
        ))}
      <Menu label={t("actionsFor", { name: nameOf(row) })}>
        {may("write") && (
          <>
            <MenuItem icon={Zap} onClick={() => probe(row)}>
              {t("probeNow")}
            </MenuItem>
            <MenuItem icon={RotateCcw} disabled={!isTroubled(state)} onClick={() => reset(deployment)}>
              {t("reset")}
            </MenuItem>
            <MenuSeparator />
          </>
        )}
        <MenuLink icon={ListTree} href={`/logs?range=24h&tried=${deployment.id}`}>
          {t("toCalls")}
        </MenuLink>
        <MenuLink icon={Plug} href={`/providers/${deployment.provider.id}`}>
          {t("toProvider")}
        </MenuLink>
      </Menu>
    </span>
  );
}
