"use client";

import { FlaskConical, KeyRound, Pencil, Plus, Power, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { useFormat } from "@/components/format";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { useStrips } from "@/components/health-strip/use-strips";
import { useMay } from "@/components/permissions";
import { ProviderIcon } from "@/components/provider-icon";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { SearchField } from "@/components/ui/search-field";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import { protocols } from "@/lib/gateway/types";
import type { Page } from "@/lib/schemas/common";
import type { ProviderView } from "@/lib/schemas/providers";
import { BulkBar } from "./bulk-actions";
import { QuickRemove } from "./import/quick-remove";
import { SuggestionBadge } from "./import/suggestion-badge";
import { type ListRow, listed, listSorts, listStates, tagsAmong } from "./list-order";
import { LiveStateBadge, StateCause } from "./live-state";
import { PresetTiles } from "./preset-picker";
import { useProviderActions } from "./provider-actions";
import { allKeysSetAside, providerState } from "./provider-state";
import { useProviderTest } from "./provider-test";
import { TagChips } from "./tag-chips";
import { useProviderSpend, useProviders, useStates, withLiveStates } from "./use-providers";

const anyValue = "any";
/** From this many providers on, narrowing the list helps more than it costs. */
const filterFrom = 5;

const filters = {
  q: parseAsString.withDefault(""),
  kind: parseAsStringLiteral(protocols),
  state: parseAsStringLiteral(listStates),
  tag: parseAsString,
  sort: parseAsStringLiteral(listSorts).withDefault("name"),
};

export function ProviderList({ initial }: { initial: Page<ProviderView> }) {
  const t = useTranslations("providers");
  const tImport = useTranslations("modelImport");
  const may = useMay();
  const [removing, setRemoving] = useState(false);
  const [filter, setFilter] = useQueryStates(filters);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = useProviders(initial);
  const states = useStates(initial.items.flatMap(({ deployments }) => deployments));
  const strips = useStrips("providers", "24h");
  const health = new Map(strips.data?.rows.map((row) => [row.id, row]));
  const spend = useProviderSpend();
  const { start: startTest, dialog: testDialog } = useProviderTest();
  const actions = useProviderActions();

  const rows = (list.data?.items ?? []).map((stored): ListRow => {
    const provider = withLiveStates(stored, states);
    return {
      provider,
      state: providerState(provider),
      health: health.get(provider.id) ?? null,
      spend: spend && (spend.get(provider.id) ?? "0"),
    };
  });
  const shown = listed(rows, filter);
  const narrowed = filter.q !== "" || filter.kind !== null || filter.state !== null || filter.tag !== null;
  const ownProviders = rows.filter(({ provider }) => provider.protocol !== "demo");
  const tags = tagsAmong(rows.map(({ provider }) => provider));
  const kinds = protocols.filter((protocol) => rows.some(({ provider }) => provider.protocol === protocol));
  const selected = rows.filter(({ provider }) => chosen.has(provider.id)).map(({ provider }) => provider);
  const allChosen = shown.length > 0 && shown.every(({ provider }) => chosen.has(provider.id));
  const choose = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };
  return (
    <PageBody wide>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          may("write") && (
            <>
              {rows.some(({ provider }) => provider.credentials.length > 0) && (
                <Button icon={KeyRound} onClick={() => setRemoving(true)}>
                  {tImport("removal.button")}
                </Button>
              )}
              <ButtonLink variant="primary" icon={Plus} data-shortcut="page.new" href="/providers/import">
                {t("add")}
              </ButtonLink>
            </>
          )
        }
      />
      <QueryError query={list} />
      {(rows.length >= filterFrom || tags.length > 0 || narrowed) && (
        <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
          <SearchField label={t("search")} value={filter.q} onValueChange={(q) => void setFilter({ q: q || null })} />
          <Facet
            label={t("filter.kind")}
            value={filter.kind ?? anyValue}
            options={[
              { value: anyValue, label: t("filter.anyKind") },
              ...kinds.map((value) => ({ value: value as string, label: t(`protocol.${value}`) })),
            ]}
            onChange={(value) => void setFilter({ kind: protocols.find((one) => one === value) ?? null })}
          />
          <Facet
            label={t("filter.state")}
            value={filter.state ?? anyValue}
            options={[
              { value: anyValue, label: t("filter.anyState") },
              ...listStates.map((value) => ({ value: value as string, label: t(`state.${value}`) })),
            ]}
            onChange={(value) => void setFilter({ state: listStates.find((one) => one === value) ?? null })}
          />
          {(tags.length > 0 || filter.tag !== null) && (
            <Facet
              label={t("columns.tags")}
              // A tag may have any name, also that of the choice for all.
              value={filter.tag === null ? anyValue : `#${filter.tag}`}
              options={[
                { value: anyValue, label: t("filter.anyTag") },
                ...tags.map((tag) => ({ value: `#${tag}`, label: tag })),
              ]}
              onChange={(value) => void setFilter({ tag: value === anyValue ? null : value.slice(1) })}
            />
          )}
          <Facet
            label={t("filter.sort")}
            value={filter.sort}
            options={listSorts.map((value) => ({ value, label: t(`sort.${value}`) }))}
            onChange={(sort) => void setFilter({ sort })}
          />
        </div>
      )}
      {rows.length > 0 && (
        <Card flush>
          {shown.length === 0 ? (
            <EmptyState
              title={t("noneMatches")}
              action={
                <Button onClick={() => void setFilter({ q: null, kind: null, state: null, tag: null })}>
                  {t("filter.clear")}
                </Button>
              }
            />
          ) : (
            <Table label={t("title")}>
              <Thead>
                {may("write") && (
                  <Th className="w-8 pe-0">
                    <Checkbox
                      aria-label={t("bulk.all")}
                      checked={allChosen}
                      indeterminate={!allChosen && selected.length > 0}
                      onCheckedChange={(on) =>
                        choose(
                          shown.map(({ provider }) => provider.id),
                          on,
                        )
                      }
                    />
                  </Th>
                )}
                <Th>{t("columns.name")}</Th>
                <Th>{t("columns.state")}</Th>
                <Th className="w-44">{t("columns.strip")}</Th>
                <Th align="end">{t("columns.success")}</Th>
                <Th align="end">{t("columns.p95")}</Th>
                <Th align="end">{t("columns.spend")}</Th>
                <Th align="end">{t("columns.models")}</Th>
                <Th align="end">{t("columns.groups")}</Th>
                <Th align="end" className="md:max-2xl:hidden">
                  {t("columns.updated")}
                </Th>
                <Th>
                  <span className="sr-only">{t("columns.actions")}</span>
                </Th>
              </Thead>
              <Tbody>
                {shown.map((row) => (
                  <ProviderRow
                    key={row.provider.id}
                    row={row}
                    stripsPending={strips.isPending}
                    chosen={chosen.has(row.provider.id)}
                    onTag={(tag) => void setFilter({ tag })}
                    onChoose={(on) => choose([row.provider.id], on)}
                    onTest={() =>
                      startTest({
                        providerId: row.provider.id,
                        name: row.provider.name,
                        protocol: row.provider.protocol,
                      })
                    }
                    onToggle={() => actions.toggle(row.provider)}
                    onDelete={() => actions.askDelete(row.provider)}
                  />
                ))}
              </Tbody>
            </Table>
          )}
        </Card>
      )}
      {list.data && ownProviders.length === 0 && may("write") && (
        <Card
          title={t(rows.length === 0 ? "empty" : "start.title")}
          description={t(rows.length === 0 ? "emptyBody" : "start.body")}
        >
          <PresetTiles />
        </Card>
      )}
      <BulkBar chosen={selected} known={tags} onClear={() => setChosen(new Set())} />
      <QuickRemove open={removing} onOpenChange={setRemoving} />
      {testDialog}
      {actions.dialogs}
    </PageBody>
  );
}

function ProviderRow({
  row: { provider, state, health, spend },
  stripsPending,
  chosen,
  onTag,
  onChoose,
  onTest,
  onToggle,
  onDelete,
}: {
  row: ListRow;
  stripsPending: boolean;
  chosen: boolean;
  onTag: (tag: string) => void;
  onChoose: (on: boolean) => void;
  onTest: () => void;
  onToggle: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const format = useFormat();
  const may = useMay();
  const on = provider.deployments.filter(({ enabled }) => enabled).length;
  const groups = new Map(provider.deployments.flatMap((one) => one.groups.map(({ id, name }) => [id, name] as const)));
  const logs = `/logs?range=24h&provider=${provider.id}`;
  const none = <span className="text-muted-foreground">{"–"}</span>;
  return (
    <Tr muted={!provider.enabled} aria-selected={chosen}>
      {may("write") && (
        <Td className="max-md:absolute max-md:top-2 max-md:right-3 md:w-8 md:pe-0">
          <Checkbox
            aria-label={t("bulk.choose", { name: provider.name })}
            checked={chosen}
            onCheckedChange={onChoose}
          />
        </Td>
      )}
      <Td primary className="max-md:pe-10">
        <span className="flex min-w-0 items-center gap-2.5">
          <ProviderIcon name={provider.name} />
          <span className="flex min-w-0 flex-col">
            <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
              <Link
                href={`/providers/${provider.id}`}
                className="min-w-0 break-words rounded-xs text-foreground hover:underline"
              >
                {provider.name}
              </Link>
              <FromFileBadge subject={provider} />
              {provider.protocol === "demo" && (
                <Badge tone="info" icon={false}>
                  {t("demo")}
                </Badge>
              )}
            </span>
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1 font-normal text-muted-foreground text-small">
              {t(`protocol.${provider.protocol}`)}
              <TagChips tags={provider.tags} onTag={onTag} />
            </span>
          </span>
        </span>
      </Td>
      <Td label={t("columns.state")}>
        <span className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1 md:justify-start">
          <LiveStateBadge state={state.state} />
          {allKeysSetAside(provider) ? (
            <span className="text-muted-foreground text-small">{t("keysSetAside")}</span>
          ) : (
            <StateCause cause={state.cause} />
          )}
        </span>
      </Td>
      <Td label={t("columns.strip")} className="md:min-w-32">
        <span className="block w-full max-md:max-w-56">
          <HealthStrip
            variant="compact"
            name={provider.name}
            cells={stripsPending ? undefined : (health?.cells ?? [])}
            totals={health?.totals}
          />
        </span>
      </Td>
      <Td label={t("columns.success")} align="end" className="whitespace-nowrap tabular-nums">
        {health?.totals.successRate == null ? (
          none
        ) : (
          <Link href={logs} prefetch={false} className="rounded-xs hover:underline">
            {format.percent(health.totals.successRate)}
          </Link>
        )}
      </Td>
      <Td label={t("columns.p95")} align="end" className="whitespace-nowrap tabular-nums">
        {health?.totals.p95 == null ? none : format.duration(health.totals.p95)}
      </Td>
      <Td label={t("columns.spend")} align="end" className="whitespace-nowrap tabular-nums">
        {spend === null ? (
          none
        ) : (
          <Link
            href={`/usage?range=24h&provider=${provider.id}`}
            prefetch={false}
            className="rounded-xs hover:underline"
          >
            {format.usd(spend)}
          </Link>
        )}
      </Td>
      <Td label={t("columns.models")} align="end">
        <span className="inline-flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
          <SuggestionBadge providerId={provider.id} />
          {t("modelsOn", { on, total: provider.deployments.length })}
        </span>
      </Td>
      <Td label={t("columns.groups")} align="end">
        {groups.size === 0 ? (
          none
        ) : (
          <Tooltip content={[...groups.values()].join(", ")}>
            <span className="tabular-nums">{format.integer(groups.size)}</span>
          </Tooltip>
        )}
      </Td>
      <Td label={t("columns.updated")} align="end" className="text-muted-foreground md:max-2xl:hidden">
        <RelativeTime at={provider.updatedAt} />
      </Td>
      <Td align="end" className="justify-end">
        <Menu label={t("actionsFor", { name: provider.name })}>
          {may("write") && (
            <MenuItem icon={FlaskConical} disabled={provider.deployments.length === 0} onClick={onTest}>
              {t("test")}
            </MenuItem>
          )}
          <MenuLink icon={Pencil} href={`/providers/${provider.id}?tab=settings`}>
            {t("tab.settings")}
          </MenuLink>
          {may("write") && (
            <>
              <MenuItem icon={Power} disabled={isFromFile(provider)} onClick={onToggle}>
                {tCommon(provider.enabled ? "disable" : "enable")}
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon={Trash2} tone="danger" disabled={isFromFile(provider)} onClick={onDelete}>
                {tCommon("delete")}
              </MenuItem>
            </>
          )}
        </Menu>
      </Td>
    </Tr>
  );
}
