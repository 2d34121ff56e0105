"use client";

import { FlaskConical, KeyRound, Pencil, Plug, Plus, Power, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { ProviderIcon } from "@/components/provider-icon";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { Page } from "@/lib/schemas/common";
import type { ProviderView } from "@/lib/schemas/providers";
import { QuickRemove } from "./import/quick-remove";
import { SuggestionBadge } from "./import/suggestion-badge";
import { LiveStateBadge, StateCause } from "./live-state";
import { useProviderActions } from "./provider-actions";
import { NewProviderSheet } from "./provider-sheet";
import { allKeysSetAside, providerState } from "./provider-state";
import { useProviderTest } from "./provider-test";
import { useProviders, useStates, withLiveStates } from "./use-providers";

/** From this many providers on, a search box helps more than it costs. */
const searchFrom = 8;

export function ProviderList({ initial }: { initial: Page<ProviderView> }) {
  const t = useTranslations("providers");
  const tImport = useTranslations("modelImport");
  const [removing, setRemoving] = useState(false);
  const router = useRouter();
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault(""));
  const [creating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const list = useProviders(initial);
  const states = useStates(initial.items.flatMap(({ deployments }) => deployments));
  const { start: startTest, dialog: testDialog } = useProviderTest();
  const actions = useProviderActions();

  const providers = list.data?.items.map((provider) => withLiveStates(provider, states)) ?? [];
  const wanted = query.trim().toLowerCase();
  const shown = providers.filter(({ name, baseUrl }) => `${name} ${baseUrl}`.toLowerCase().includes(wanted));
  const addButton = (
    <Button variant="primary" icon={Plus} onClick={() => void setCreating(true)}>
      {t("add")}
    </Button>
  );

  return (
    <PageBody wide>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          providers.length > 0 && (
            <>
              {providers.some(({ credentials }) => credentials.length > 0) && (
                <Button icon={KeyRound} onClick={() => setRemoving(true)}>
                  {tImport("removal.button")}
                </Button>
              )}
              {addButton}
            </>
          )
        }
      />
      <QueryError query={list} />
      {providers.length >= searchFrom && (
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
        {providers.length === 0 ? (
          <EmptyState icon={Plug} title={t("empty")} action={addButton}>
            {t("emptyBody")}
          </EmptyState>
        ) : shown.length === 0 ? (
          <EmptyState title={t("noMatch", { query })} />
        ) : (
          <Table label={t("title")}>
            <Thead>
              <Th>{t("columns.name")}</Th>
              <Th>{t("columns.address")}</Th>
              <Th align="end">{t("columns.models")}</Th>
              <Th>{t("columns.state")}</Th>
              <Th>
                <span className="sr-only">{t("columns.actions")}</span>
              </Th>
            </Thead>
            <Tbody>
              {shown.map((provider) => (
                <ProviderRow
                  key={provider.id}
                  provider={provider}
                  onTest={() =>
                    startTest({ providerId: provider.id, name: provider.name, protocol: provider.protocol })
                  }
                  onToggle={() => actions.toggle(provider)}
                  onDelete={() => actions.askDelete(provider)}
                />
              ))}
            </Tbody>
          </Table>
        )}
      </Card>
      <NewProviderSheet
        open={creating}
        takenNames={providers.map(({ name }) => name)}
        onOpenChange={(open) => void setCreating(open || null)}
        // Leaving waits until the query is out of the address, or writing it would take the reader back here.
        onSaved={(provider) => void setCreating(null).then(() => router.push(`/providers/${provider.id}`))}
      />
      <QuickRemove open={removing} onOpenChange={setRemoving} />
      {testDialog}
      {actions.dialogs}
    </PageBody>
  );
}

function ProviderRow({
  provider,
  onTest,
  onToggle,
  onDelete,
}: {
  provider: ProviderView;
  onTest: () => void;
  onToggle: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const summary = providerState(provider);
  const isDemo = provider.protocol === "demo";
  const on = provider.deployments.filter(({ enabled }) => enabled).length;
  return (
    <Tr muted={!provider.enabled}>
      <Td primary>
        <span className="flex min-w-0 items-center gap-2.5">
          <ProviderIcon name={provider.name} />
          <Link
            href={`/providers/${provider.id}`}
            className="min-w-0 break-words rounded-xs text-foreground hover:underline"
          >
            {provider.name}
          </Link>
          <FromFileBadge subject={provider} />
          {isDemo && (
            <Badge tone="info" icon={false}>
              {t("demo")}
            </Badge>
          )}
        </span>
      </Td>
      <Td label={t("columns.address")}>
        {isDemo ? (
          <span className="text-muted-foreground">{t("builtIn")}</span>
        ) : (
          <span className="flex min-w-0 flex-col text-end md:text-start">
            <span className="break-all font-mono text-muted-foreground">{provider.baseUrl}</span>
            <span className="text-muted-foreground text-small">{t(`protocol.${provider.protocol}`)}</span>
          </span>
        )}
      </Td>
      <Td label={t("columns.models")} align="end">
        <span className="inline-flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
          <SuggestionBadge providerId={provider.id} />
          {t("modelsOn", { on, total: provider.deployments.length })}
        </span>
      </Td>
      <Td label={t("columns.state")}>
        <span className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1 md:justify-start">
          <LiveStateBadge state={summary.state} />
          {allKeysSetAside(provider) ? (
            <span className="text-muted-foreground text-small">{t("keysSetAside")}</span>
          ) : (
            <StateCause cause={summary.cause} />
          )}
        </span>
      </Td>
      <Td align="end" className="justify-end">
        <span className="flex justify-end gap-1">
          <Button
            size="compact"
            variant="ghost"
            icon={FlaskConical}
            disabled={provider.deployments.length === 0}
            onClick={onTest}
          >
            {t("test")}
          </Button>
          <Menu label={t("actionsFor", { name: provider.name })}>
            <MenuLink icon={Pencil} href={`/providers/${provider.id}?edit=true`}>
              {tCommon("edit")}
            </MenuLink>
            <MenuItem icon={Power} disabled={isFromFile(provider)} onClick={onToggle}>
              {tCommon(provider.enabled ? "disable" : "enable")}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={Trash2} tone="danger" disabled={isFromFile(provider)} onClick={onDelete}>
              {tCommon("delete")}
            </MenuItem>
          </Menu>
        </span>
      </Td>
    </Tr>
  );
}
