"use client";

import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useFormat, useReasonText } from "@/components/format";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { logsHref } from "@/components/health-strip/logs-href";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge } from "@/components/providers/live-state";
import { providerState } from "@/components/providers/provider-state";
import { Badge } from "@/components/ui/badge";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { GroupMemberNow, GroupServing, HealthRow, HealthView, Serving } from "@/lib/schemas/health";
import type { StatusRow } from "./status-rows";
import { useClockTime } from "./why";

const worstFirst: readonly Serving[] = ["no", "reduced", "yes"];
const looks = {
  yes: { tone: "ready", icon: CircleCheck },
  reduced: { tone: "degraded", icon: TriangleAlert },
  no: { tone: "failed", icon: CircleX },
} as const;

/** Can each group serve a call now, and if not by all of its members, why. */
export function GroupsTable({
  groups,
  view,
}: {
  groups: readonly GroupServing[] | undefined;
  view: HealthView | undefined;
}) {
  const t = useTranslations("status");
  if (groups === undefined) return <SkeletonRows />;
  const strips = new Map(view?.mode === "groups" ? view.rows.map((row) => [row.id, row]) : []);
  const sorted = groups.toSorted(
    (a, b) => worstFirst.indexOf(a.serving) - worstFirst.indexOf(b.serving) || a.name.localeCompare(b.name),
  );
  return (
    <Table label={t("groups")}>
      <Thead>
        <Th className="w-1/3">{t("columns.group")}</Th>
        <Th className="w-2/5">{t("columns.strip")}</Th>
        <Th align="end">{t("columns.success")}</Th>
        <Th align="end">{t("columns.p95")}</Th>
      </Thead>
      <Tbody>
        {sorted.map((group) => (
          <Tr key={group.id} muted={!group.enabled}>
            <Td primary className="md:py-2.5">
              <span className="flex min-w-0 flex-col gap-1">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <Link
                    href={`/groups/${group.id}`}
                    prefetch={false}
                    className="break-words rounded-xs hover:underline"
                  >
                    {group.name}
                  </Link>
                  <Badge tone={looks[group.serving].tone} icon={looks[group.serving].icon}>
                    {t(`serving.${group.serving}`)}
                  </Badge>
                </span>
                <WhyNot group={group} />
              </span>
            </Td>
            <StripCells name={group.name} row={strips.get(group.id)} view={view} subject={{ group: group.id }} />
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

const shownMembers = 4;

function WhyNot({ group }: { group: GroupServing }) {
  const t = useTranslations("status");
  const out = group.members.filter(({ usable }) => !usable);
  const first = group.members[0]?.tier ?? null;
  return (
    <span className="flex flex-col gap-0.5 text-muted-foreground text-small">
      {!group.enabled ? (
        <span>{t("groupOff")}</span>
      ) : group.members.length === 0 ? (
        <span>{t("groupEmpty")}</span>
      ) : (
        group.tier !== null && group.tier !== first && <span>{t("servedByTier", { tier: group.tier })}</span>
      )}
      {out.slice(0, shownMembers).map((member) => (
        <MemberOut key={member.deploymentId} member={member} />
      ))}
      {out.length > shownMembers && <span>{t("moreMembers", { count: out.length - shownMembers })}</span>}
    </span>
  );
}

function MemberOut({ member }: { member: GroupMemberNow }) {
  const t = useTranslations("status");
  const reasonText = useReasonText();
  const clock = useClockTime();
  const { provider, name, tier, state, reason, retryAt } = member;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5" suppressHydrationWarning>
      <Link
        href={`/status?sel=${member.deploymentId}`}
        prefetch={false}
        className="break-words rounded-xs text-foreground hover:underline"
      >
        {provider}/{name}
      </Link>
      <LiveStateBadge state={state} />
      <span>{t("inTier", { tier })}</span>
      {reason !== null && !["held", "disabled"].includes(state) && <span>{reasonText(reason)}</span>}
      {retryAt !== null && <span>{t("nextTry", { next: clock(retryAt) })}</span>}
    </span>
  );
}

/** Providers as the sum of their deployments. */
export function ProvidersTable({ rows, view }: { rows: readonly StatusRow[]; view: HealthView | undefined }) {
  const t = useTranslations("status");
  const own = Map.groupBy(rows, ({ deployment }) => deployment.provider.id);
  const strips = new Map(view?.mode === "providers" ? view.rows.map((row) => [row.id, row]) : []);
  const success = (id: string) => strips.get(id)?.totals.successRate ?? Number.POSITIVE_INFINITY;
  const providers = [...own].map(([id, list]) => ({
    id,
    name: list[0]?.deployment.provider.name ?? id,
    summary: providerState({
      enabled: true,
      deployments: list.map(({ deployment, live }) => ({ enabled: deployment.enabled, state: live })),
    }),
  }));
  const calm = (state: string) => Number(["ready", "not_verified", "disabled", "empty"].includes(state));
  const sorted = providers.toSorted(
    (a, b) =>
      calm(a.summary.state) - calm(b.summary.state) ||
      (success(a.id) === success(b.id) ? 0 : success(a.id) - success(b.id)) ||
      a.name.localeCompare(b.name),
  );
  return (
    <Table label={t("providers")}>
      <Thead>
        <Th className="w-1/3">{t("columns.provider")}</Th>
        <Th className="w-2/5">{t("columns.strip")}</Th>
        <Th align="end">{t("columns.success")}</Th>
        <Th align="end">{t("columns.p95")}</Th>
      </Thead>
      <Tbody>
        {sorted.map(({ id, name, summary }) => (
          <Tr key={id}>
            <Td primary className="md:py-2.5">
              <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
                <Link
                  href={`/providers/${id}`}
                  prefetch={false}
                  className="inline-flex min-w-0 items-center gap-2 rounded-xs hover:underline"
                >
                  <ProviderIcon name={name} size="small" />
                  <span className="break-words">{name}</span>
                </Link>
                <LiveStateBadge state={summary.state} />
                {summary.affected > 0 && (
                  <span className="font-normal text-muted-foreground text-small">
                    {t("affected", { affected: summary.affected, total: summary.total })}
                  </span>
                )}
              </span>
            </Td>
            <StripCells name={name} row={strips.get(id)} view={view} subject={{ tried: id }} />
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function StripCells({
  name,
  row,
  view,
  subject,
}: {
  name: string;
  row: HealthRow | undefined;
  view: HealthView | undefined;
  subject: Parameters<typeof logsHref>[0];
}) {
  const t = useTranslations("status");
  const format = useFormat();
  const totals = row?.totals;
  return (
    <>
      <Td className="py-1.5 md:py-2">
        <HealthStrip
          name={name}
          cells={view === undefined ? undefined : (row?.cells ?? [])}
          to={view?.to}
          events={row?.events}
          hrefOf={(span) => logsHref(subject, span)}
        />
      </Td>
      <Td label={t("columns.success")} align="end" className="whitespace-nowrap">
        {totals?.successRate == null ? "–" : format.percent(totals.successRate)}
      </Td>
      <Td label={t("columns.p95")} align="end" className="whitespace-nowrap">
        {totals?.p95 == null ? "–" : format.duration(totals.p95)}
      </Td>
    </>
  );
}
