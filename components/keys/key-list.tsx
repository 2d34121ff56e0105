"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Pencil, Plus, Power, RefreshCw, Trash2, X } from "lucide-react";
import { useNow, useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { api, isApiError, useApiMutation, useErrorText } from "@/components/api-client";
import { useDates } from "@/components/format";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorCard } from "@/components/ui/error-card";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { Page } from "@/lib/schemas/common";
import type { KeyView } from "@/lib/schemas/keys";
import { KeySheet } from "./key-sheet";
import { keyStatus } from "./key-status";
import { RevealDialog, type Revealed } from "./reveal-dialog";
import { RotateDialog } from "./rotate-dialog";

/** From this many keys on, a search box helps more than it costs. */
const searchFrom = 8;

export function KeyList({ initial }: { initial: { keys: Page<KeyView>; groupNames: readonly string[] } }) {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault(""));
  const [group, setGroup] = useQueryState("group", parseAsString);
  const [creating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const [editing, setEditing] = useState<KeyView | null>(null);
  const [rotating, setRotating] = useState<KeyView | null>(null);
  const [deleting, setDeleting] = useState<KeyView | null>(null);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const list = useQuery({
    queryKey: ["keys", "list"],
    queryFn: () => api.get<Page<KeyView>>("/api/admin/keys?limit=500"),
    initialData: initial.keys,
  });
  const change = useApiMutation({
    mutationFn: ({ key, enabled }: { key: KeyView; enabled: boolean }) =>
      api.patch<KeyView>(`/api/admin/keys/${key.id}`, { enabled }),
    invalidate: [["keys"]],
    success: (_answer, { key, enabled }) => ({
      title: t(enabled ? "enabled" : "disabled", { name: key.name }),
      onUndo: () => change.mutate({ key, enabled: !enabled }),
    }),
  });
  const remove = useApiMutation({
    mutationFn: (key: KeyView) => api.delete(`/api/admin/keys/${key.id}`),
    invalidate: [["keys"], ["groups"]],
    onSuccess: () => setDeleting(null),
    success: (_answer, { name }) => tCommon("deleted", { name }),
  });

  const keys = list.data.items;
  const wanted = query.trim().toLowerCase();
  const shown = keys.filter(
    ({ name, preview, groups }) =>
      `${name} ${preview}`.toLowerCase().includes(wanted) &&
      (group === null || groups.includes("*") || groups.includes(group)),
  );
  const addButton = (
    <Button variant="primary" icon={Plus} onClick={() => void setCreating(true)}>
      {t("add")}
    </Button>
  );
  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} actions={keys.length > 0 && addButton} />
      {list.error && (
        <ErrorCard
          onRetry={() => void list.refetch()}
          pending={list.isFetching}
          diagnosticId={isApiError(list.error) ? list.error.requestId : null}
        >
          {errorText(list.error)}
        </ErrorCard>
      )}
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
                  onEdit={() => setEditing(key)}
                  onRotate={() => setRotating(key)}
                  onToggle={() => change.mutate({ key, enabled: !key.enabled })}
                  onDelete={() => setDeleting(key)}
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
        onClose={() => {
          setEditing(null);
          void setCreating(null);
        }}
        onCreated={(key) => setRevealed({ kind: "created", key })}
      />
      <RotateDialog
        subject={rotating}
        onClose={() => setRotating(null)}
        onRotated={(key) => setRevealed({ kind: "rotated", key })}
      />
      <RevealDialog revealed={revealed} groupNames={initial.groupNames} onClose={() => setRevealed(null)} />
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={(open) => {
          if (!open) setDeleting(null);
        }}
        title={t("deleteTitle", { name: deleting?.name ?? "" })}
        description={t("deleteBody")}
        confirmLabel={tCommon("delete")}
        requireName={deleting && deleting.usage.calls.day > 0 ? deleting.name : undefined}
        pending={remove.isPending}
        onConfirm={() => {
          if (deleting) remove.mutate(deleting);
        }}
      />
    </PageBody>
  );
}

function KeyRow({
  subject: key,
  onEdit,
  onRotate,
  onToggle,
  onDelete,
}: {
  subject: KeyView;
  onEdit: () => void;
  onRotate: () => void;
  onToggle: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const format = useDates();
  return (
    <Tr muted={!key.enabled}>
      <Td primary>
        <button
          type="button"
          onClick={onEdit}
          className="w-fit break-words rounded-xs text-start text-foreground hover:underline"
        >
          {key.name}
        </button>
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
        <Status subject={key} />
      </Td>
      <Td label={t("columns.groups")}>
        <GroupNames subject={key} />
      </Td>
      <Td label={t("columns.limits")}>
        <Limits subject={key} />
      </Td>
      <Td label={t("columns.created")}>
        <RelativeTime at={key.createdAt} />
      </Td>
      <Td label={t("columns.used")}>
        <RelativeTime at={key.usage.lastUsedAt} fallback={t("neverUsed")} />
      </Td>
      <Td align="end" className="justify-end">
        <Menu label={t("actionsFor", { name: key.name })}>
          <MenuItem icon={Pencil} onClick={onEdit}>
            {tCommon("edit")}
          </MenuItem>
          <MenuItem icon={RefreshCw} onClick={onRotate}>
            {t("rotate")}
          </MenuItem>
          <MenuItem icon={Power} onClick={onToggle}>
            {tCommon(key.enabled ? "disable" : "enable")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} tone="danger" onClick={onDelete}>
            {tCommon("delete")}
          </MenuItem>
        </Menu>
      </Td>
    </Tr>
  );
}

function Status({ subject: key }: { subject: KeyView }) {
  const t = useTranslations("keys");
  const format = useDates();
  const now = useNow({ updateInterval: 60_000 });
  const status = keyStatus(key, now.getTime());
  const when = key.expiresAt ? format.dateTime(new Date(key.expiresAt), "log") : "";
  switch (status.kind) {
    case "active":
      return <Badge tone="ready">{t("status.active")}</Badge>;
    case "disabled":
      return (
        <span title={t("statusReason.disabled")}>
          <Badge tone="refused">{t("status.disabled")}</Badge>
        </span>
      );
    case "expired":
      return (
        <span title={t("statusReason.expired", { when })}>
          <Badge tone="failed">{t("status.expired")}</Badge>
        </span>
      );
    case "expiring":
      return (
        <span title={t("statusReason.expiring", { when })}>
          <Badge tone="degraded">
            {status.hours > 0
              ? t("status.expiresInHours", { hours: status.hours })
              : t("status.expiresInDays", { days: status.days })}
          </Badge>
        </span>
      );
  }
}

/** Group names shown in a row; the rest are counted. */
const namesMost = 3;

function GroupNames({ subject: { groups, allowRawModels } }: { subject: KeyView }) {
  const t = useTranslations("keys");
  const rawModels = allowRawModels && <span className="text-muted-foreground">{t("rawModels")}</span>;
  if (groups.includes("*")) {
    return (
      <span className="flex flex-wrap justify-end gap-x-1.5 md:justify-start">
        {t("allGroups")} {rawModels}
      </span>
    );
  }
  const names = groups.slice(0, namesMost).join(", ");
  const more = groups.length - namesMost;
  return (
    <span title={groups.join(", ")} className="flex min-w-0 flex-wrap justify-end gap-x-1.5 md:justify-start">
      {groups.length === 0 ? (
        <span className="text-warning">{t("noGroups")}</span>
      ) : (
        <span className="break-all font-mono">{names}</span>
      )}
      {more > 0 && <span className="text-muted-foreground">{t("moreGroups", { count: more })}</span>}
      {rawModels}
    </span>
  );
}

function Limits({ subject: { limits } }: { subject: KeyView }) {
  const t = useTranslations("keys");
  const parts = [
    limits.rpm === null ? null : t("rpm", { count: limits.rpm }),
    limits.concurrent === null ? null : t("concurrent", { count: limits.concurrent }),
  ].filter((part) => part !== null);
  if (parts.length === 0) return <span className="text-muted-foreground">{t("noLimits")}</span>;
  return <span className="whitespace-nowrap">{parts.join(" · ")}</span>;
}
