"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, Copy, GripVertical, Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useState } from "react";
import type { Page } from "@/lib/schemas/common";
import { type FailKeywordView, looksForText } from "@/lib/schemas/fail-keywords";
import { api, useApiMutation } from "../api-client";
import { Sparkline } from "../calls/sparkline";
import { useFormat } from "../format";
import { Badge } from "../ui/badge";
import { cn } from "../ui/cn";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { RelativeTime } from "../ui/relative-time";
import { Switch } from "../ui/switch";
import { keywordsKey, keywordsPath } from "./api";
import { useRuleWords } from "./rule-words";

export type RowActs = {
  onEdit: (rule: FailKeywordView) => void;
  onDuplicate: (rule: FailKeywordView) => void;
  onDelete: (rule: FailKeywordView) => void;
  /** To another place, from 0. */
  onMove: (rule: FailKeywordView, place: number) => void;
};

type Props = RowActs & {
  items: readonly FailKeywordView[];
  canEdit: boolean;
  /** Where the list is filtered, places say nothing. */
  canMove: boolean;
  samples: Readonly<Record<string, string>>;
};

/** The rules in their order. A row is moved by its handle: dragged, or with the arrow keys. */
export function KeywordTable({ items, ...props }: Props) {
  const t = useTranslations("failKeywords");
  const [dragged, setDragged] = useState<FailKeywordView | null>(null);
  const [over, setOver] = useState<string | null>(null);
  return (
    <ol aria-label={t("title")} className="divide-y">
      {items.map((rule, place) => (
        <li
          key={rule.id}
          onDragOver={(event) => {
            if (dragged === null) return;
            event.preventDefault();
            setOver(rule.id);
          }}
          onDrop={() => {
            if (dragged && dragged.id !== rule.id) props.onMove(dragged, place);
            setDragged(null);
            setOver(null);
          }}
          className={cn(over === rule.id && dragged?.id !== rule.id && "bg-accent")}
        >
          <KeywordRow
            rule={rule}
            place={place}
            last={items.length - 1}
            onDrag={(active) => {
              setDragged(active ? rule : null);
              if (!active) setOver(null);
            }}
            {...props}
          />
        </li>
      ))}
    </ol>
  );
}

function KeywordRow({
  rule,
  place,
  last,
  canEdit,
  canMove,
  samples,
  onDrag,
  onEdit,
  onDuplicate,
  onDelete,
  onMove,
}: Omit<Props, "items"> & {
  rule: FailKeywordView;
  place: number;
  last: number;
  onDrag: (active: boolean) => void;
}) {
  const t = useTranslations("failKeywords");
  const common = useTranslations("common");
  const format = useFormat();
  const name = useRuleWords()(rule);
  const sample = samples[rule.id];
  const recent = rule.hitsByHour.reduce((sum, hits) => sum + hits, 0);
  const move = (to: number) => {
    if (to >= 0 && to <= last && to !== place) onMove(rule, to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <div className={cn("flex items-start gap-2 px-3 py-3", !rule.enabled && "text-muted-foreground")}>
      {canEdit && canMove && (
        <button
          type="button"
          draggable
          data-move={rule.id}
          aria-label={t("moveHandle", { keyword: name, place: place + 1, count: last + 1 })}
          onDragStart={() => onDrag(true)}
          onDragEnd={() => onDrag(false)}
          onKeyDown={onKeyDown}
          className="flex size-8 shrink-0 cursor-grab items-center justify-center rounded-control text-muted-foreground hover:bg-muted max-md:size-11"
        >
          <GripVertical aria-hidden className="size-4" />
        </button>
      )}
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="text-caption text-muted-foreground tabular-nums">{format.integer(place + 1)}</span>
          <RuleText rule={rule} />
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-caption">
          <Badge tone={verdictTones[rule.verdict]}>
            {t(`verdictShort.${rule.verdict}`, { duration: format.duration((rule.coolSeconds ?? 0) * 1000) })}
          </Badge>
          <Scope rule={rule} />
          {rule.statuses.length > 0 && rule.match !== "any" && (
            <span>{t("statusIs", { statuses: rule.statuses.join(", ") })}</span>
          )}
          {rule.part === "start" && <span>{t("partShort")}</span>}
          {rule.caseSensitive && <span>{t("caseSensitiveShort")}</span>}
        </div>
        {rule.description && <p className="break-words text-caption text-muted-foreground">{rule.description}</p>}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-caption text-muted-foreground">
          <Sparkline values={rule.hitsByHour} label={t("hits24h", { count: recent })} className="shrink-0" />
          <span className="tabular-nums">{t("hitsAll", { recent, all: rule.hits })}</span>
          {rule.lastTriggeredAt !== null && (
            <span className="flex flex-wrap gap-1">
              {t("columnLast")}
              {rule.lastCallId === null ? (
                <RelativeTime at={rule.lastTriggeredAt} />
              ) : (
                <Link href={`/logs/${rule.lastCallId}`} className="text-primary hover:underline">
                  <RelativeTime at={rule.lastTriggeredAt} />
                </Link>
              )}
            </span>
          )}
        </div>
        {sample && (
          <p className="line-clamp-2 break-words text-caption text-muted-foreground">{t("sample", { sample })}</p>
        )}
      </div>
      <div className="flex shrink-0 items-center gap-2 max-md:flex-col-reverse">
        <EnabledSwitch rule={rule} name={name} canEdit={canEdit} />
        {canEdit && (
          <Menu label={t("actionsFor", { keyword: name })}>
            <MenuItem icon={Pencil} onClick={() => onEdit(rule)}>
              {common("edit")}
            </MenuItem>
            <MenuItem icon={Copy} onClick={() => onDuplicate(rule)}>
              {t("duplicate")}
            </MenuItem>
            {canMove && (
              <>
                <MenuSeparator />
                <MenuItem icon={ArrowUpToLine} disabled={place === 0} onClick={() => move(0)}>
                  {t("moveTop")}
                </MenuItem>
                <MenuItem icon={ArrowUp} disabled={place === 0} onClick={() => move(place - 1)}>
                  {t("moveUp")}
                </MenuItem>
                <MenuItem icon={ArrowDown} disabled={place === last} onClick={() => move(place + 1)}>
                  {t("moveDown")}
                </MenuItem>
                <MenuItem icon={ArrowDownToLine} disabled={place === last} onClick={() => move(last)}>
                  {t("moveBottom")}
                </MenuItem>
              </>
            )}
            <MenuSeparator />
            <MenuItem icon={Trash2} tone="danger" onClick={() => onDelete(rule)}>
              {common("delete")}
            </MenuItem>
          </Menu>
        )}
      </div>
    </div>
  );
}

const verdictTones = { failover: "info", cool: "cooling", fail: "failed", tag: "neutral" } as const;

function RuleText({ rule }: { rule: FailKeywordView }) {
  const t = useTranslations("failKeywords");
  const name = useRuleWords()(rule);
  if (rule.match === "empty" || rule.match === "short" || rule.match === "not_json" || rule.match === "any")
    return <span className="min-w-0 break-words text-small">{name}</span>;
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-small">
      <span className="text-muted-foreground">{t(`match.${rule.match}`)}</span>
      {looksForText(rule.match) ? (
        <code className="min-w-0 whitespace-pre-wrap break-all">{name}</code>
      ) : (
        <span className="min-w-0 break-words">{name}</span>
      )}
    </span>
  );
}

function EnabledSwitch({ rule, name, canEdit }: { rule: FailKeywordView; name: string; canEdit: boolean }) {
  const t = useTranslations("failKeywords");
  const queryClient = useQueryClient();
  const toggle = useApiMutation({
    mutationFn: (enabled: boolean) => api.patch<FailKeywordView>(`${keywordsPath}/${rule.id}`, { enabled }),
    invalidate: [keywordsKey],
    refresh: false,
    // At once, so that the switch does not jump back until the list has been fetched again.
    onSuccess: (changed) =>
      queryClient.setQueryData<Page<FailKeywordView>>(
        keywordsKey,
        (page) => page && { ...page, items: page.items.map((one) => (one.id === changed.id ? changed : one)) },
      ),
    success: ({ enabled }) => ({
      title: t(enabled ? "enabledToast" : "disabledToast", { keyword: name }),
      onUndo: () => toggle.mutate(!enabled),
    }),
  });
  return (
    <Switch
      checked={toggle.isPending ? toggle.variables : rule.enabled}
      onCheckedChange={(next) => toggle.mutate(next)}
      disabled={!canEdit || toggle.isPending}
      aria-label={t("toggle", { keyword: name })}
    />
  );
}

function Scope({ rule }: { rule: FailKeywordView }) {
  const t = useTranslations("failKeywords");
  if (rule.scope === "all") return <span>{t("scope.all")}</span>;
  if (rule.targetName === null || rule.targetId === null) return <Badge tone="degraded">{t("scopeGone")}</Badge>;
  const href =
    rule.scope === "group" ? `/groups/${rule.targetId}` : `/providers/${rule.targetProviderId ?? rule.targetId}`;
  return (
    <Link href={href} className="break-words rounded-xs text-primary hover:underline">
      {rule.targetName}
    </Link>
  );
}
