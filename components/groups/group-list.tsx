"use client";

import { Layers, Plus, Power, Settings2, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { ProviderIcon } from "@/components/provider-icon";
import { useStates } from "@/components/providers/use-providers";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { DeploymentState } from "@/lib/gateway/types";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import { firstNow } from "./first-now";
import { useGroupActions } from "./group-actions";
import { GroupCreate } from "./group-create";
import { useDeployments, useGroupList, useSkipped } from "./use-group";

/** From this many groups on, a search box helps more than it costs. */
const searchFrom = 8;

export function GroupList({ initial }: { initial: { groups: Page<GroupView>; deployments: Page<DeploymentView> } }) {
  const t = useTranslations("groups");
  const router = useRouter();
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault(""));
  const [creating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const list = useGroupList(initial.groups);
  const deployments = useDeployments(initial.deployments);
  const states = useStates(deployments);
  const actions = useGroupActions();

  const groups = list.data.items;
  const skipped = useSkipped(groups);
  const wanted = query.trim().toLowerCase();
  const shown = groups.filter(({ name, aliases }) =>
    [name, ...aliases].some((one) => one.toLowerCase().includes(wanted)),
  );
  const addButton = (
    <Button variant="primary" icon={Plus} onClick={() => void setCreating(true)}>
      {t("add")}
    </Button>
  );
  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} actions={groups.length > 0 && addButton} />
      <QueryError query={list} />
      {groups.length >= searchFrom && (
        <Input
          type="search"
          value={query}
          onValueChange={(value) => void setQuery(value || null)}
          placeholder={t("search")}
          aria-label={t("search")}
          className="max-w-80"
        />
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
            <EmptyState icon={Layers} title={t("empty")} action={addButton}>
              {t("emptyBody")}
            </EmptyState>
          )
        ) : shown.length === 0 ? (
          <EmptyState title={t("noMatch", { query })} />
        ) : (
          <Table label={t("title")}>
            <Thead>
              <Th>{t("columns.name")}</Th>
              <Th>{t("columns.tiers")}</Th>
              <Th>{t("columns.first")}</Th>
              <Th>{t("columns.strategy")}</Th>
              <Th align="end">{t("columns.keys")}</Th>
              <Th>
                <span className="sr-only">{t("columns.actions")}</span>
              </Th>
            </Thead>
            <Tbody>
              {shown.map((group) => (
                <GroupRow
                  key={group.id}
                  group={group}
                  states={states}
                  skipped={skipped.get(group.id)}
                  onToggle={() => actions.toggle(group)}
                  onDelete={() => actions.askDelete(group)}
                />
              ))}
            </Tbody>
          </Table>
        )}
      </Card>
      <GroupCreate
        open={creating}
        onOpenChange={(open) => void setCreating(open || null)}
        deployments={deployments}
        // Leaving waits until the query is out of the address, or writing it would take the reader back here.
        onCreated={(group) => void setCreating(null).then(() => router.push(`/groups/${group.id}`))}
      />
      {actions.dialogs}
    </PageBody>
  );
}

function GroupRow({
  group,
  states,
  skipped,
  onToggle,
  onDelete,
}: {
  group: GroupView;
  states: ReadonlyMap<string, DeploymentState>;
  skipped: ReadonlySet<string> | undefined;
  onToggle: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  return (
    <Tr muted={!group.enabled}>
      <Td primary>
        <span className="flex min-w-0 flex-col">
          <span className="flex min-w-0 items-center gap-1">
            <Link
              href={`/groups/${group.id}`}
              className="min-w-0 break-all rounded-xs font-mono text-foreground text-small hover:underline"
            >
              {group.name}
            </Link>
            <CopyButton text={group.name} label={t("copyName", { name: group.name })} />
            <FromFileBadge subject={group} />
          </span>
          {group.aliases.length > 0 && (
            <span className="font-normal text-muted-foreground text-small">
              {t("aliases", { names: group.aliases.join(", ") })}
            </span>
          )}
        </span>
      </Td>
      <Td label={t("columns.tiers")}>
        <TierMonograms members={group.members} />
      </Td>
      <Td label={t("columns.first")}>
        <FirstNow group={group} states={states} skipped={skipped} />
      </Td>
      <Td label={t("columns.strategy")}>{t(`strategy.${group.strategy}`)}</Td>
      <Td label={t("columns.keys")} align="end">
        <Link href={`/keys?group=${encodeURIComponent(group.name)}`} className="rounded-xs hover:underline">
          {t("keysUsing", { count: group.keyCount })}
        </Link>
      </Td>
      <Td align="end" className="justify-end">
        <Menu label={t("actionsFor", { name: group.name })}>
          <MenuLink icon={Settings2} href={`/groups/${group.id}?tab=settings`}>
            {tCommon("edit")}
          </MenuLink>
          <MenuItem icon={Power} disabled={isFromFile(group)} onClick={onToggle}>
            {tCommon(group.enabled ? "disable" : "enable")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} tone="danger" disabled={isFromFile(group)} onClick={onDelete}>
            {tCommon("delete")}
          </MenuItem>
        </Menu>
      </Td>
    </Tr>
  );
}

/** The members by tier, each as the monogram of its provider; spelled out for screen readers and on hover. */
function TierMonograms({ members }: { members: readonly MemberView[] }) {
  const t = useTranslations("groups");
  if (members.length === 0) return <span className="text-muted-foreground">{t("noMembers")}</span>;
  const priorities = [...new Set(members.map(({ priority }) => priority))];
  return (
    <ol className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1 md:justify-start">
      {priorities.map((priority, index) => {
        const tier = members.filter((member) => member.priority === priority);
        const names = tier.map(({ deployment }) => `${deployment.provider.name}/${deployment.name}`).join(", ");
        const summary = t("tierSummary", { number: index + 1, names });
        return (
          <li key={priority} title={summary} className="flex items-center gap-1">
            <span className="sr-only">{summary}</span>
            <span aria-hidden className="text-caption text-muted-foreground">
              {t("tierShort", { number: index + 1 })}
            </span>
            {tier.map(({ deploymentId, enabled, deployment }) => (
              <span key={deploymentId} className={enabled && deployment.enabled ? "flex" : "flex opacity-40"}>
                <ProviderIcon size="small" name={deployment.provider.name} />
              </span>
            ))}
          </li>
        );
      })}
    </ol>
  );
}

function FirstNow({
  group,
  states,
  skipped,
}: {
  group: GroupView;
  states: ReadonlyMap<string, DeploymentState>;
  skipped: ReadonlySet<string> | undefined;
}) {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  if (!group.enabled) {
    return (
      <span title={t("groupDisabled")}>
        <Badge tone="refused">{tCommon("disabled")}</Badge>
      </span>
    );
  }
  if (group.members.length === 0) return <Badge tone="degraded">{t("noMembers")}</Badge>;
  const [first, ...others] = firstNow(group.members, states, skipped);
  if (!first) return <span className="text-danger">{t("cannotServe")}</span>;
  const name = `${first.deployment.provider.name}/${first.deployment.name}`;
  return (
    <span className="break-all">{others.length === 0 ? name : t("firstOf", { name, others: others.length })}</span>
  );
}
