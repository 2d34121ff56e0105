"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Page } from "@/lib/schemas/common";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";
import { api, useApiMutation } from "../api-client";
import { useFormat } from "../format";
import { Badge } from "../ui/badge";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { RelativeTime } from "../ui/relative-time";
import { Switch } from "../ui/switch";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { Tooltip } from "../ui/tooltip";
import { keywordsKey, keywordsPath } from "./api";

type Props = {
  items: readonly FailKeywordView[];
  canEdit: boolean;
  onEdit: (keyword: FailKeywordView) => void;
  onDelete: (keyword: FailKeywordView) => void;
};

export function KeywordTable({ items, ...props }: Props) {
  const t = useTranslations("failKeywords");
  return (
    <Table label={t("title")}>
      <Thead>
        <Th>{t("columnKeyword")}</Th>
        <Th>{t("columnMatch")}</Th>
        <Th>{t("columnScope")}</Th>
        <Th align="end">{t("columnHits")}</Th>
        <Th>{t("columnLast")}</Th>
        <Th>{t("columnEnabled")}</Th>
        <Th>
          <span className="sr-only">{t("columnActions")}</span>
        </Th>
      </Thead>
      <Tbody>
        {items.map((keyword) => (
          <KeywordRow key={keyword.id} keyword={keyword} {...props} />
        ))}
      </Tbody>
    </Table>
  );
}

function KeywordRow({ keyword, canEdit, onEdit, onDelete }: Omit<Props, "items"> & { keyword: FailKeywordView }) {
  const t = useTranslations("failKeywords");
  const common = useTranslations("common");
  const format = useFormat();
  const queryClient = useQueryClient();
  const toggle = useApiMutation({
    mutationFn: (enabled: boolean) => api.patch<FailKeywordView>(`${keywordsPath}/${keyword.id}`, { enabled }),
    invalidate: [keywordsKey],
    refresh: false,
    // At once, so that the switch does not jump back until the list has been fetched again.
    onSuccess: (changed) =>
      queryClient.setQueryData<Page<FailKeywordView>>(
        keywordsKey,
        (page) => page && { ...page, items: page.items.map((one) => (one.id === changed.id ? changed : one)) },
      ),
    success: ({ enabled }) => ({
      title: t(enabled ? "enabledToast" : "disabledToast", { keyword: keyword.keyword }),
      onUndo: () => toggle.mutate(!enabled),
    }),
  });
  const enabled = toggle.isPending ? toggle.variables : keyword.enabled;
  return (
    <Tr muted={!enabled}>
      <Td primary className="md:max-w-80">
        <div className="min-w-0 flex-1">
          <code className="whitespace-pre-wrap break-words text-small">{keyword.keyword}</code>
          {keyword.description && (
            <p className="break-words font-normal text-caption text-muted-foreground">{keyword.description}</p>
          )}
        </div>
      </Td>
      <Td label={t("columnMatch")}>
        <span>
          {t(`match.${keyword.match}`)}
          {keyword.caseSensitive && (
            <span className="block text-caption text-muted-foreground">{t("caseSensitiveShort")}</span>
          )}
        </span>
      </Td>
      <Td label={t("columnScope")}>
        <Scope keyword={keyword} />
      </Td>
      <Td label={t("columnHits")} align="end">
        {keyword.hits === 0 ? (
          format.integer(0)
        ) : (
          <Tooltip content={t("seeCalls")}>
            <Link href="/logs?reason=keyword" className="rounded-xs text-primary hover:underline">
              {format.integer(keyword.hits)}
            </Link>
          </Tooltip>
        )}
      </Td>
      <Td label={t("columnLast")}>
        <RelativeTime at={keyword.lastTriggeredAt} />
      </Td>
      <Td label={t("columnEnabled")}>
        <Switch
          checked={enabled}
          onCheckedChange={(next) => toggle.mutate(next)}
          disabled={!canEdit || toggle.isPending}
          aria-label={t("toggle", { keyword: keyword.keyword })}
        />
      </Td>
      <Td align="end">
        {canEdit && (
          <Menu label={t("actionsFor", { keyword: keyword.keyword })}>
            <MenuItem icon={Pencil} onClick={() => onEdit(keyword)}>
              {common("edit")}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={Trash2} tone="danger" onClick={() => onDelete(keyword)}>
              {common("delete")}
            </MenuItem>
          </Menu>
        )}
      </Td>
    </Tr>
  );
}

function Scope({ keyword }: { keyword: FailKeywordView }) {
  const t = useTranslations("failKeywords");
  if (keyword.scope === "all") return t("scope.all");
  if (keyword.targetName === null || keyword.targetId === null) {
    return <Badge tone="degraded">{t("scopeGone")}</Badge>;
  }
  const page = keyword.scope === "provider" ? "providers" : "groups";
  return (
    <Link href={`/${page}/${keyword.targetId}`} className="break-words rounded-xs hover:underline">
      {keyword.targetName}
    </Link>
  );
}
