"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Link2, Pencil, Plus, Power, RefreshCw, Trash2, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { api } from "@/components/api-client";
import { useDates } from "@/components/format";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { QueryError } from "@/components/query-error";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useCopy } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
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

/** From this many keys on, a search box helps more than it costs. */
const searchFrom = 8;

export type KeyListProps = {
  keys: Page<KeyView>;
  groupNames: readonly string[];
  /** The instance's own, in which budgets begin anew. */
  timeZone: string;
  /** Whether holders of keys have a page of their own. */
  portalOpen: boolean;
};

export function KeyList({ initial }: { initial: KeyListProps }) {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault(""));
  const [group, setGroup] = useQueryState("group", parseAsString);
  const [creating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const [editing, setEditing] = useState<KeyView | null>(null);
  const list = useQuery({
    queryKey: ["keys", "list"],
    queryFn: () => api.get<Page<KeyView>>("/api/admin/keys?limit=500"),
    initialData: initial.keys,
  });
  const actions = useKeyActions({ groupNames: initial.groupNames });

  const keys = list.data.items;
  const wanted = query.trim().toLowerCase();
  const shown = keys.filter(
    ({ name, preview, groups }) =>
      `${name} ${preview}`.toLowerCase().includes(wanted) &&
      (group === null || groups.includes("*") || groups.includes(group)),
  );
  const addButton = (
    <Button variant="primary" icon={Plus} data-shortcut="page.new" onClick={() => void setCreating(true)}>
      {t("add")}
    </Button>
  );
  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} actions={keys.length > 0 && addButton} />
      <QueryError query={list} />
      {(keys.length >= searchFrom || group !== null) && (
        <div className="flex flex-wrap items-center gap-3">
          {keys.length >= searchFrom && (
            <Input
              type="search"
              value={query}
              onValueChange={(value) => void setQuery(value || null)}
              placeholder={t("search")}
              aria-label={t("search")}
              className="max-w-80"
            />
          )}
          {group !== null && (
            <span className="flex items-center gap-1 text-small">
              {t("filteredByGroup", { name: group })}
              <IconButton icon={X} label={tCommon("clear")} onClick={() => void setGroup(null)} />
            </span>
          )}
        </div>
      )}
      <Card flush>
        {keys.length === 0 ? (
          <EmptyState icon={KeyRound} title={t("empty")} action={addButton}>
            {t("emptyBody")}
          </EmptyState>
        ) : shown.length === 0 ? (
          <EmptyState title={t("noMatch", { query: query || (group ?? "") })} />
        ) : (
          <Table label={t("title")}>
            <Thead>
              <Th>{t("columns.name")}</Th>
              <Th>{t("columns.key")}</Th>
              <Th>{t("columns.status")}</Th>
              <Th>{t("columns.groups")}</Th>
              <Th>{t("columns.limits")}</Th>
              <Th>{t("columns.budget")}</Th>
              <Th>{t("columns.created")}</Th>
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
        editing={creating ? "new" : editing}
        groupNames={initial.groupNames}
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
  onEdit,
  onRotate,
  onToggle,
  onDelete,
}: {
  subject: KeyView;
  portalOpen: boolean;
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
      <Td label={t("columns.created")}>
        <RelativeTime at={key.createdAt} />
      </Td>
      <Td label={t("columns.used")}>
        <RelativeTime at={key.usage.lastUsedAt} fallback={t("neverUsed")} />
      </Td>
      <Td align="end" className="justify-end">
        <Menu label={t("actionsFor", { name: key.name })}>
          <MenuItem icon={Pencil} disabled={locked} onClick={onEdit}>
            {tCommon("edit")}
          </MenuItem>
          <MenuItem icon={RefreshCw} disabled={locked} onClick={onRotate}>
            {t("rotate")}
          </MenuItem>
          <MenuItem icon={Power} disabled={locked} onClick={onToggle}>
            {tCommon(key.enabled ? "disable" : "enable")}
          </MenuItem>
          {portalOpen && (
            <MenuItem icon={Link2} onClick={copyPortal}>
              {t("copyPortal")}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem icon={Trash2} tone="danger" disabled={locked} onClick={onDelete}>
            {tCommon("delete")}
          </MenuItem>
        </Menu>
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
