"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Link2, Pencil, Plus, Power, RefreshCw, Trash2 } from "lucide-react";
import Link from "next/link";
import { useNow, useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { api } from "@/components/api-client";
import { Sparkline } from "@/components/calls/sparkline";
import { useDates } from "@/components/format";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useCopy } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { useToast } from "@/components/ui/toast";
import { useOrigin } from "@/components/use-origin";
import type { Page } from "@/lib/schemas/common";
import type { KeyView } from "@/lib/schemas/keys";
import { BudgetBars } from "./budget-bars";
import { useKeyActions } from "./key-actions";
import { KeyGroups, KeyStatusBadge, RateLimits } from "./key-facts";
import { KeySheet } from "./key-sheet";
import { keyStatus, keyStatusKinds } from "./key-status";

/** What keys spend moves while one looks at them. */
const liveMs = 15_000;

/** No condition: ids and states are never this. */
const any = " ";
const nobody = "none";

export type KeyListProps = {
  keys: Page<KeyView>;
  groupNames: readonly string[];
  owners: readonly { id: string; name: string }[];
  /** The instance's own, in which budgets begin anew. */
  timeZone: string;
  /** Whether holders of keys have a page of their own. */
  portalOpen: boolean;
};

export function KeyList({ initial }: { initial: KeyListProps }) {
  const t = useTranslations("keys");
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault(""));
  const [group, setGroup] = useQueryState("group", parseAsString);
  const [owner, setOwner] = useQueryState("owner", parseAsString);
  const [status, setStatus] = useQueryState("status", parseAsStringLiteral(keyStatusKinds));
  const [creating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const [forGroup] = useQueryState("for", parseAsString);
  const startGroup = forGroup !== null && initial.groupNames.includes(forGroup) ? forGroup : null;
  const [editing, setEditing] = useState<KeyView | null>(null);
  const list = useQuery({
    queryKey: ["keys", "list"],
    queryFn: () => api.get<Page<KeyView>>("/api/admin/keys?limit=500"),
    initialData: initial.keys,
    refetchInterval: liveMs,
  });
  const mayChange = useMay()("admin");
  const now = useNow({ updateInterval: 60_000 });
  const actions = useKeyActions({ groupNames: initial.groupNames });

  const keys = list.data.items;
  const wanted = query.trim().toLowerCase();
  const filtered = wanted !== "" || group !== null || owner !== null || status !== null;
  const shown = keys.filter(
    (key) =>
      `${key.name} ${key.preview}`.toLowerCase().includes(wanted) &&
      (group === null || key.groups.includes("*") || key.groups.includes(group)) &&
      (owner === null || (key.owner?.id ?? nobody) === owner) &&
      (status === null || keyStatus(key, now.getTime()).kind === status),
  );
  const owners = new Map(
    [...initial.owners, ...keys.flatMap((key) => key.owner ?? [])].map(({ id, name }) => [id, name]),
  );
  const clear = () => {
    void setQuery(null);
    void setGroup(null);
    void setOwner(null);
    void setStatus(null);
  };
  const addButton = mayChange && (
    <Button variant="primary" icon={Plus} data-shortcut="page.new" onClick={() => void setCreating(true)}>
      {t("add")}
    </Button>
  );
  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} actions={keys.length > 0 && addButton} />
      <QueryError query={list} />
      {(keys.length > 0 || filtered) && (
        <search aria-label={t("search")} className="grid grid-cols-2 items-start gap-2 sm:flex sm:flex-wrap">
          <Input
            type="search"
            value={query}
            onValueChange={(value) => void setQuery(value || null)}
            placeholder={t("search")}
            aria-label={t("search")}
            className="col-span-full h-8 text-small sm:max-w-72 touch:h-11"
          />
          <Facet
            label={t("columns.status")}
            value={status ?? any}
            options={[
              { value: any, label: t("filter.anyStatus") },
              ...keyStatusKinds.map((kind) => ({ value: kind, label: t(`filter.status.${kind}`) })),
            ]}
            onChange={(value) => void setStatus(keyStatusKinds.find((kind) => kind === value) ?? null)}
          />
          <Facet
            label={t("columns.groups")}
            value={group ?? any}
            options={[
              { value: any, label: t("allGroups") },
              ...initial.groupNames.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(value) => void setGroup(value === any ? null : value)}
          />
          <Facet
            label={t("columns.owner")}
            value={owner ?? any}
            options={[
              { value: any, label: t("filter.anyOwner") },
              ...[...owners].map(([value, label]) => ({ value, label })),
              { value: nobody, label: t("noOwner") },
            ]}
            onChange={(value) => void setOwner(value === any ? null : value)}
          />
          {filtered && (
            <Button size="compact" variant="ghost" onClick={clear}>
              {t("filter.clear")}
            </Button>
          )}
        </search>
      )}
      <Card flush>
        {keys.length === 0 ? (
          <EmptyState icon={KeyRound} title={t("empty")} action={addButton}>
            {t("emptyBody")}
          </EmptyState>
        ) : shown.length === 0 ? (
          <EmptyState title={t("filter.noMatch")} action={<Button onClick={clear}>{t("filter.clear")}</Button>} />
        ) : (
          <Table label={t("title")}>
            <Thead>
              <Th>{t("columns.name")}</Th>
              <Th>{t("columns.key")}</Th>
              <Th>{t("columns.status")}</Th>
              <Th>{t("columns.groups")}</Th>
              <Th>{t("columns.limits")}</Th>
              <Th>{t("columns.budget")}</Th>
              <Th>{t("columns.owner")}</Th>
              <Th>{t("columns.calls24h")}</Th>
              <Th>{t("columns.used")}</Th>
              <Th>
                <span className="sr-only">{t("columns.actions")}</span>
              </Th>
            </Thead>
            <Tbody>
              {shown.map((key) => (
                <KeyRow
                  key={key.id}
                  subject={key}
                  portalOpen={initial.portalOpen}
                  mayChange={mayChange}
                  onEdit={() => setEditing(key)}
                  onRotate={() => actions.askRotate(key)}
                  onToggle={() => actions.toggle(key)}
                  onDelete={() => actions.askDelete(key)}
                />
              ))}
            </Tbody>
          </Table>
        )}
      </Card>
      {keys.length > 0 && <p className="text-muted-foreground text-small">{t("shownOnce")}</p>}
      <KeySheet
        editing={creating && mayChange ? "new" : editing}
        groupNames={initial.groupNames}
        owners={initial.owners}
        startGroup={startGroup}
        timeZone={initial.timeZone}
        onClose={() => {
          setEditing(null);
          void setCreating(null);
        }}
        onCreated={(key) => actions.reveal({ kind: "created", key })}
      />
      {actions.dialogs}
    </PageBody>
  );
}

function KeyRow({
  subject: key,
  portalOpen,
  mayChange,
  onEdit,
  onRotate,
  onToggle,
  onDelete,
}: {
  subject: KeyView;
  portalOpen: boolean;
  mayChange: boolean;
  onEdit: () => void;
  onRotate: () => void;
  onToggle: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const format = useDates();
  const locked = isFromFile(key);
  const copyPortal = useCopyPortalAddress();
  return (
    <Tr muted={!key.enabled}>
      <Td primary>
        <Link
          href={`/keys/${key.id}`}
          prefetch={false}
          className="w-fit break-words rounded-xs text-foreground hover:underline"
        >
          {key.name}
        </Link>{" "}
        <FromFileBadge subject={key} />
      </Td>
      <Td label={t("columns.key")}>
        <span className="flex min-w-0 flex-col items-end md:items-start">
          <span className="whitespace-nowrap font-mono">{key.preview}</span>
          {key.oldSecrets.map(({ preview, validUntil }) => (
            <span key={preview} className="text-end text-muted-foreground md:text-start">
              {t("oldSecret", { preview, when: format.dateTime(new Date(validUntil), "log") })}
            </span>
          ))}
        </span>
      </Td>
      <Td label={t("columns.status")}>
        <KeyStatusBadge subject={key} />
      </Td>
      <Td label={t("columns.groups")}>
        <KeyGroups subject={key} />
      </Td>
      <Td label={t("columns.limits")}>
        <RateLimits subject={key} />
      </Td>
      <Td label={t("columns.budget")} className="max-md:py-1">
        <BudgetBars subject={key} />
      </Td>
      <Td label={t("columns.owner")}>
        {key.owner ? (
          <span className="break-words text-end md:text-start">{key.owner.name}</span>
        ) : (
          <span className="text-muted-foreground">{t("noOwner")}</span>
        )}
      </Td>
      <Td label={t("columns.calls24h")}>
        <Sparkline
          values={key.activity.callsByHour}
          label={t("calls24h", { count: key.activity.callsByHour.reduce((sum, calls) => sum + calls, 0) })}
        />
      </Td>
      <Td label={t("columns.used")}>
        <RelativeTime at={key.usage.lastUsedAt} fallback={t("neverUsed")} />
      </Td>
      <Td align="end" className="justify-end">
        {(mayChange || portalOpen) && (
          <Menu label={t("actionsFor", { name: key.name })}>
            {mayChange && (
              <>
                <MenuItem icon={Pencil} disabled={locked} onClick={onEdit}>
                  {tCommon("edit")}
                </MenuItem>
                <MenuItem icon={RefreshCw} disabled={locked} onClick={onRotate}>
                  {t("rotate")}
                </MenuItem>
                <MenuItem icon={Power} disabled={locked} onClick={onToggle}>
                  {tCommon(key.enabled ? "disable" : "enable")}
                </MenuItem>
              </>
            )}
            {portalOpen && (
              <MenuItem icon={Link2} onClick={copyPortal}>
                {t("copyPortal")}
              </MenuItem>
            )}
            {mayChange && (
              <>
                <MenuSeparator />
                <MenuItem icon={Trash2} tone="danger" disabled={locked} onClick={onDelete}>
                  {tCommon("delete")}
                </MenuItem>
              </>
            )}
          </Menu>
        )}
      </Td>
    </Tr>
  );
}

/** Copies the address at which holders of keys sign in with them. The key itself is never part of it. */
function useCopyPortalAddress(): () => void {
  const t = useTranslations("keys");
  const origin = useOrigin();
  const toast = useToast();
  const { copy } = useCopy();
  const address = `${origin}/portal`;
  return () => void copy(address).then((done) => done && toast({ title: t("portalCopied", { address }) }));
}
