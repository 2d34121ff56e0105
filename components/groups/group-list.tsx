"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowDownWideNarrow, ChevronDown, Copy, GitFork, Layers, Plus, Power, Settings2, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from "nuqs";
import { api } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { useStrips } from "@/components/health-strip/use-strips";
import { useMay } from "@/components/permissions";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge, StateCause } from "@/components/providers/live-state";
import { useStates } from "@/components/providers/use-providers";
import { QueryError } from "@/components/query-error";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button, ButtonLink, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { SearchField } from "@/components/ui/search-field";
import { Skeleton } from "@/components/ui/skeleton";
import type { DeploymentState } from "@/lib/gateway/types";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import type { HealthRow } from "@/lib/schemas/health";
import type { StatsView } from "@/lib/schemas/stats";
import { useGroupActions } from "./group-actions";
import {
  type GroupRow,
  type GroupState,
  groupRow,
  groupSorts,
  groupStates,
  rescuedShare,
  shownRows,
} from "./list-state";
import { type Template, templates } from "./templates";
import { useDeployments, useGroupList, useSkipped } from "./use-group";

const GroupCreate = dynamic(() => import("./group-create").then((module) => module.GroupCreate), { ssr: false });

/** From this many groups on, search, filter and order help more than they cost. */
const searchFrom = 4;
const figuresMs = 30_000;

const filters = {
  q: parseAsString.withDefault(""),
  state: parseAsStringLiteral(["all", ...groupStates]).withDefault("all"),
  sort: parseAsStringLiteral(groupSorts).withDefault("name"),
  open: parseAsArrayOf(parseAsString).withDefault([]),
};

const templateIcons = { failover: GitFork, cheapFirst: ArrowDownWideNarrow } as const;

export function GroupList({ initial }: { initial: { groups: Page<GroupView>; deployments: Page<DeploymentView> } }) {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const may = useMay();
  const [filter, setFilter] = useQueryStates(filters);
  const [creating, setCreating] = useQueryState("new", parseAsStringLiteral(["true", ...templates]));
  const list = useGroupList(initial.groups);
  const deployments = useDeployments(initial.deployments);
  const states = useStates(deployments);
  const groups = list.data.items;
  const actions = useGroupActions({ groups });
  const skipped = useSkipped(groups);
  const figures = useQuery({
    queryKey: ["stats", "groups"],
    queryFn: () => api.get<StatsView>("/api/admin/stats?range=24h&by=group&rows=1000"),
    refetchInterval: figuresMs,
    retry: false,
  });
  const strips = useStrips("groups", "24h");
  const totalsOf = new Map(figures.data?.groups?.map(({ id, totals }) => [id, totals]));
  const stripOf = new Map(strips.data?.rows.map((row) => [row.id, row]));
  const rows = groups.map((group) => groupRow(group, states, skipped.get(group.id), totalsOf.get(group.id) ?? null));
  const shown = shownRows(rows, { query: filter.q, state: filter.state, sort: filter.sort });
  const filtered = filter.q !== "" || filter.state !== "all";
  const toggleOpen = (id: string) =>
    void setFilter({ open: filter.open.includes(id) ? filter.open.filter((one) => one !== id) : [...filter.open, id] });
  const addButton = may("write") && (
    <Button variant="primary" icon={Plus} data-shortcut="page.new" onClick={() => void setCreating("true")}>
      {t("add")}
    </Button>
  );
  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} actions={groups.length > 0 && addButton} />
      <QueryError query={list} />
      {(groups.length >= searchFrom || filtered) && (
        <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
          <SearchField label={t("search")} value={filter.q} onValueChange={(q) => void setFilter({ q: q || null })} />
          <Facet
            label={t("stateFilter")}
            value={filter.state}
            options={(["all", ...groupStates] as const).map((value) => ({ value, label: t(`stateOf.${value}`) }))}
            onChange={(state) => void setFilter({ state: state === "all" ? null : state })}
          />
          <Facet
            label={t("sortBy")}
            value={filter.sort}
            options={groupSorts.map((value) => ({ value, label: t(`sortOf.${value}`) }))}
            onChange={(sort) => void setFilter({ sort })}
          />
        </div>
      )}
      <Card flush>
        {groups.length === 0 ? (
          deployments.length === 0 ? (
            <EmptyState
              icon={Layers}
              title={t("empty")}
              action={
                <ButtonLink variant="primary" href="/providers">
                  {t("toProviders")}
                </ButtonLink>
              }
            >
              {t("needsModels")}
            </EmptyState>
          ) : (
            <>
              <EmptyState icon={Layers} title={t("empty")} action={addButton} className="pb-6">
                {t("emptyBody")}
              </EmptyState>
              {may("write") && <TemplateCards onPick={(template) => void setCreating(template)} />}
            </>
          )
        ) : shown.length === 0 ? (
          <EmptyState
            title={t("noMatch")}
            action={<Button onClick={() => void setFilter({ q: null, state: null })}>{tCommon("clear")}</Button>}
          />
        ) : (
          <ul aria-label={t("title")} className="divide-y">
            {shown.map((row) => (
              <GroupLine
                key={row.group.id}
                row={row}
                strip={stripOf.get(row.group.id)}
                stripTo={strips.data?.to}
                stripsFailed={strips.isError}
                figures={figures.data ? "read" : figures.isError ? "failed" : "pending"}
                allCalls={figures.data?.totals.calls ?? null}
                states={states}
                open={filter.open.includes(row.group.id)}
                onOpen={() => toggleOpen(row.group.id)}
                actions={actions}
              />
            ))}
          </ul>
        )}
      </Card>
      {creating !== null && (
        <GroupCreate
          open
          template={creating === "true" ? null : creating}
          onOpenChange={(open) => void setCreating(open ? "true" : null)}
          deployments={deployments}
          // Leaving waits until the query is out of the address, or writing it would take the reader back here.
          onCreated={(group) => void setCreating(null).then(() => router.push(`/groups/${group.id}`))}
        />
      )}
      {actions.dialogs}
    </PageBody>
  );
}

/** Two ways to begin, for who has models but no group yet. */
function TemplateCards({ onPick }: { onPick: (template: Template) => void }) {
  const t = useTranslations("groups.template");
  return (
    <ul className="mx-auto grid max-w-3xl gap-3 px-4 pb-10 sm:grid-cols-2">
      {templates.map((template) => {
        const Icon = templateIcons[template];
        return (
          <li key={template}>
            <button
              type="button"
              onClick={() => onPick(template)}
              className="flex h-full w-full items-start gap-3 rounded-card border p-4 text-start transition-colors hover:bg-muted"
            >
              <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-primary" strokeWidth={1.75} />
              <span className="flex min-w-0 flex-col gap-0.5">
                <span className="font-medium">{t(`${template}.name`)}</span>
                <span className="text-muted-foreground text-small">{t(`${template}.body`)}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const stateTones: Record<Exclude<GroupState, "serving">, Tone> = {
  reduced: "degraded",
  out: "failed",
  disabled: "refused",
};

function GroupLine({
  row: { group, state, first, totals },
  strip,
  stripTo,
  stripsFailed,
  figures,
  allCalls,
  states,
  open,
  onOpen,
  actions,
}: {
  row: GroupRow;
  strip: HealthRow | undefined;
  stripTo: string | undefined;
  stripsFailed: boolean;
  /** How far the counting of its calls is: "no calls" is only said once that is known. */
  figures: "read" | "pending" | "failed";
  /** Of the instance, in the last day; null while not known. */
  allCalls: number | null;
  states: ReadonlyMap<string, DeploymentState>;
  open: boolean;
  onOpen: () => void;
  actions: ReturnType<typeof useGroupActions>;
}) {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  const format = useFormat();
  const may = useMay();
  const locked = isFromFile(group);
  const logs = `/logs?${new URLSearchParams({ range: "24h", group: group.id })}`;
  return (
    <li className={cn(!group.enabled && "text-muted-foreground")}>
      <div className="grid min-h-18 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-2 px-3 py-2 md:grid-cols-[auto_minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1fr)_minmax(6rem,0.8fr)_7.5rem_auto]">
        <IconButton
          icon={ChevronDown}
          label={t(open ? "collapse" : "expand", { name: group.name })}
          tooltip={false}
          aria-expanded={open}
          onClick={onOpen}
          className={cn("transition-transform", !open && "-rotate-90")}
        />
        <div className="flex min-w-0 flex-col">
          <span className="flex min-w-0 flex-wrap items-center gap-x-1">
            <Link
              href={`/groups/${group.id}`}
              className="min-w-0 break-all rounded-xs font-medium font-mono text-foreground text-small hover:underline"
            >
              {group.name}
            </Link>
            <CopyButton text={group.name} label={t("copyName", { name: group.name })} />
            {state !== "serving" && <Badge tone={stateTones[state]}>{t(`stateOf.${state}`)}</Badge>}
            <FromFileBadge subject={group} />
          </span>
          {group.aliases.length > 0 && (
            <span className="truncate text-muted-foreground text-small" title={group.aliases.join(", ")}>
              {t("aliases", { names: group.aliases.join(", ") })}
            </span>
          )}
        </div>
        <div className="max-md:order-3 max-md:col-span-3 max-md:ps-11">
          <TierMonograms members={group.members} />
        </div>
        <div className="min-w-0 text-small max-md:order-4 max-md:col-span-3 max-md:ps-11">
          <span className="block text-caption text-muted-foreground">{t("columns.first")}</span>
          <FirstNow group={group} first={first} />
        </div>
        <div className="flex min-h-5 min-w-0 flex-col justify-center max-md:order-5 max-md:col-span-3 max-md:ps-11">
          {/* A group without calls has no row of its own: that is a strip of nothing, not one on its way. */}
          {stripTo === undefined || strip ? (
            <HealthStrip
              variant="compact"
              name={group.name}
              cells={strip?.cells}
              to={stripTo}
              totals={strip?.totals}
              error={stripsFailed ? t("stripFailed") : null}
            />
          ) : (
            <span className="text-muted-foreground text-small">{t("noCalls")}</span>
          )}
        </div>
        <div className="flex flex-col text-small max-md:order-6 max-md:col-span-3 max-md:flex-row max-md:flex-wrap max-md:gap-x-4 max-md:ps-11">
          {totals && totals.calls > 0 ? (
            <>
              <Link href={`${logs}&outcome=rescued`} prefetch={false} className="rounded-xs hover:underline">
                {t("rescuedShare", { share: format.percent(rescuedShare(totals)) })}
              </Link>
              <Link href={logs} prefetch={false} className="rounded-xs text-muted-foreground hover:underline">
                {t("shareOfCalls", { share: allCalls ? format.percentShort(totals.calls / allCalls) : "–" })}
              </Link>
            </>
          ) : figures === "pending" ? (
            // As many lines as there will be.
            <>
              <Skeleton className="my-1 h-3 w-24" />
              <Skeleton className="my-1 h-3 w-20" />
            </>
          ) : (
            <span className="text-muted-foreground">{t(figures === "failed" ? "stripFailed" : "noCalls")}</span>
          )}
          <Link
            href={`/keys?group=${encodeURIComponent(group.name)}`}
            prefetch={false}
            className="rounded-xs text-muted-foreground hover:underline"
          >
            {t("keysUsing", { count: group.keyCount })}
          </Link>
        </div>
        {may("write") ? (
          <div className="max-md:order-2">
            <Menu label={t("actionsFor", { name: group.name })}>
              <MenuLink icon={Settings2} href={`/groups/${group.id}?tab=settings`}>
                {tCommon("edit")}
              </MenuLink>
              <MenuItem icon={Copy} onClick={() => actions.duplicate(group)}>
                {t("duplicate")}
              </MenuItem>
              <MenuItem icon={Power} disabled={locked} onClick={() => actions.toggle(group)}>
                {tCommon(group.enabled ? "disable" : "enable")}
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon={Trash2} tone="danger" disabled={locked} onClick={() => actions.askDelete(group)}>
                {tCommon("delete")}
              </MenuItem>
            </Menu>
          </div>
        ) : (
          <span className="max-md:order-2" />
        )}
      </div>
      {open && <GroupMembers group={group} states={states} first={new Set(first.map((one) => one.deploymentId))} />}
    </li>
  );
}

/** The order of a group in place: every member with its state, without leaving the list. */
function GroupMembers({
  group,
  states,
  first,
}: {
  group: GroupView;
  states: ReadonlyMap<string, DeploymentState>;
  first: ReadonlySet<string>;
}) {
  const t = useTranslations("groups");
  return (
    <div className="border-t bg-muted/40 px-4 py-3 md:ps-14">
      {group.members.length === 0 ? (
        <p className="text-muted-foreground text-small">{t("noMembers")}</p>
      ) : (
        <ol className="flex flex-col gap-3">
          {tiersOf(group.members).map((tier, index) => (
            <li key={tier[0]?.deploymentId} className="flex flex-col gap-1">
              <span className="text-caption text-muted-foreground">
                {t("tier", { number: index + 1 })}
                {tier.length > 1 && ` · ${t(`strategy.${group.strategy}`)}`}
              </span>
              <ul className="flex flex-col gap-1">
                {tier.map(({ deploymentId, deployment, enabled }) => (
                  <li key={deploymentId} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
                    <ProviderIcon size="small" name={deployment.provider.name} />
                    <span className={cn("break-all", !enabled && "text-muted-foreground line-through")}>
                      {deployment.provider.name}/{deployment.name}
                    </span>
                    <LiveStateBadge state={states.get(deploymentId)?.state ?? "unknown"} />
                    {first.has(deploymentId) && (
                      <Badge tone="info" icon={false}>
                        {t("board.firstNow")}
                      </Badge>
                    )}
                    <StateCause cause={states.get(deploymentId) ?? null} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function tiersOf(members: readonly MemberView[]): MemberView[][] {
  const priorities = [...new Set(members.map(({ priority }) => priority))];
  return priorities.map((priority) => members.filter((member) => member.priority === priority));
}

/** Monograms of a tier shown in a row; the rest is a number. */
const monogramsMost = 6;

/** The members by tier, each as the monogram of its provider; spelled out for screen readers and on hover. */
function TierMonograms({ members }: { members: readonly MemberView[] }) {
  const t = useTranslations("groups");
  if (members.length === 0) return <span className="text-muted-foreground text-small">{t("noMembers")}</span>;
  return (
    <ol className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {tiersOf(members).map((tier, index) => {
        const names = tier.map(({ deployment }) => `${deployment.provider.name}/${deployment.name}`).join(", ");
        const summary = t("tierSummary", { number: index + 1, names });
        return (
          <li key={tier[0]?.deploymentId} title={summary} className="flex items-center gap-1">
            <span className="sr-only">{summary}</span>
            <span aria-hidden className="text-caption text-muted-foreground">
              {t("tierShort", { number: index + 1 })}
            </span>
            {tier.slice(0, monogramsMost).map(({ deploymentId, enabled, deployment }) => (
              <span
                key={deploymentId}
                aria-hidden
                className={enabled && deployment.enabled ? "flex" : "flex opacity-40"}
              >
                <ProviderIcon size="small" name={deployment.provider.name} />
              </span>
            ))}
            {tier.length > monogramsMost && (
              <span aria-hidden className="text-caption text-muted-foreground">
                {t("moreMembers", { count: tier.length - monogramsMost })}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function FirstNow({ group, first: [one, ...others] }: { group: GroupView; first: readonly MemberView[] }) {
  const t = useTranslations("groups");
  if (!group.enabled) return <span className="text-muted-foreground">{t("groupDisabled")}</span>;
  if (group.members.length === 0) return <span className="text-muted-foreground">{t("noMembers")}</span>;
  if (!one) return <span className="text-danger">{t("cannotServe")}</span>;
  const name = `${one.deployment.provider.name}/${one.deployment.name}`;
  return (
    <span className="break-all">{others.length === 0 ? name : t("firstOf", { name, others: others.length })}</span>
  );
}
