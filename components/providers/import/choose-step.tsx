"use client";

import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { type ReactNode, useDeferredValue, useState } from "react";
import { CheckRow } from "@/components/check-row";
import { useFormat } from "@/components/format";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Tabs } from "@/components/ui/tabs";
import type { ImportPlan, PlannedModel } from "@/lib/schemas/model-import";
import { type ImportDraft, matching } from "./draft";
import { usePages } from "./pager";
import { ChangeText, PriceText } from "./price-text";

const tabs = ["added", "changed", "vanished", "unchanged"] as const;

/** The first step: what of the provider's list is new, changed or gone, and which of it is wanted. */
export function ChooseStep({
  plan,
  draft,
  onChange,
}: {
  plan: ImportPlan;
  draft: ImportDraft;
  onChange: (changes: Partial<ImportDraft>) => void;
}) {
  const t = useTranslations("modelImport");
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("added"));
  const added = matching(plan.added, draft);
  const counts = {
    added: added.length,
    changed: plan.changed.length,
    vanished: plan.vanished.length,
    unchanged: plan.unchanged.length,
  };
  const contents: Record<(typeof tabs)[number], ReactNode> = {
    added: (
      <Choice
        rows={added.map((row) => ({ ...row, id: row.model, label: row.model }))}
        chosen={draft.chosen}
        onChoose={(chosen) => onChange({ chosen })}
        empty={t(plan.added.length === 0 ? "empty.added" : "empty.filtered")}
      >
        {(row) => <ModelChips row={row} />}
      </Choice>
    ),
    changed: (
      <Choice
        hint={t("changedHint")}
        rows={plan.changed.map((row) => ({ ...row, id: row.deploymentId, label: row.name }))}
        chosen={draft.update}
        onChoose={(update) => onChange({ update })}
        empty={t("empty.changed")}
      >
        {({ changes }) => changes.map((change) => <ChangeText key={change.field} change={change} />)}
      </Choice>
    ),
    vanished: (
      <Choice
        hint={t("vanishedHint")}
        rows={plan.vanished.map((row) => ({ ...row, id: row.deploymentId, label: row.name, disabled: !row.enabled }))}
        chosen={draft.disable}
        onChoose={(disable) => onChange({ disable })}
        empty={t("empty.vanished")}
      >
        {({ enabled, groups }) => (
          <>
            {groups.length > 0 && <span className="break-words text-muted-foreground">{groups.join(", ")}</span>}
            {!enabled && <Badge tone="refused">{t("off")}</Badge>}
          </>
        )}
      </Choice>
    ),
    unchanged: <Unchanged rows={plan.unchanged} />,
  };
  return (
    <Card title={t("choose.title")} description={t("choose.listed", { count: plan.listed })}>
      <div className="flex flex-col gap-5">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("include")} hint={t("includeHint")} optional>
            <Input
              mono
              value={draft.include}
              onValueChange={(include) => onChange({ include })}
              placeholder="gpt-5*, claude"
              spellCheck={false}
              autoComplete="off"
            />
          </Field>
          <Field label={t("exclude")} hint={t("excludeHint")} optional>
            <Input
              mono
              value={draft.exclude}
              onValueChange={(exclude) => onChange({ exclude })}
              placeholder="preview, *-audio*"
              spellCheck={false}
              autoComplete="off"
            />
          </Field>
        </div>
        {!plan.complete && <p className="text-small text-warning">{t("incomplete")}</p>}
        {plan.skipped > 0 && (
          <p className="text-muted-foreground text-small">{t("skipped", { count: plan.skipped })}</p>
        )}
        <Tabs
          label={t("choose.tabs")}
          value={tab}
          onValueChange={(next) => void setTab(next)}
          tabs={tabs.map((value) => ({
            value,
            label: t(`tab.${value}`, { count: counts[value] }),
            content: contents[value],
          }))}
        />
      </div>
    </Card>
  );
}

/** What is known of a listed model before it is chosen; that there is no price is said. */
function ModelChips({ row: { prices, priceSource, match, contextWindow, supports } }: { row: PlannedModel }) {
  const t = useTranslations("modelImport");
  const format = useFormat();
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {(["vision", "tools", "jsonSchema"] as const).map(
        (ability) =>
          supports[ability] && (
            <Badge key={ability} tone="neutral" icon={false}>
              {t(`field.${ability}`)}
            </Badge>
          ),
      )}
      {contextWindow !== null && (
        <Badge tone="neutral" icon={false}>
          {t("window", { tokens: format.compact(contextWindow) })}
        </Badge>
      )}
      <Badge tone={priceSource === null ? "degraded" : "info"} {...(priceSource !== null && { icon: false })}>
        <PriceText prices={prices} source={priceSource} match={match} />
      </Badge>
    </span>
  );
}

type ChoiceRow = { id: string; label: string; model: string; disabled?: boolean };

/** A list to choose from, with a search of its own and one box for all that it shows. */
function Choice<Row extends ChoiceRow>({
  rows,
  chosen,
  onChoose,
  hint,
  empty,
  children,
}: {
  rows: readonly Row[];
  chosen: readonly string[];
  onChoose: (ids: string[]) => void;
  hint?: string;
  empty: string;
  children: (row: Row) => ReactNode;
}) {
  const t = useTranslations("modelImport");
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search).trim().toLowerCase();
  const found = rows.filter(({ label, model }) => `${label}\n${model}`.toLowerCase().includes(wanted));
  const { shown, pager, first } = usePages(found);
  const free = found.filter(({ disabled }) => !disabled).map(({ id }) => id);
  const all = new Set(chosen);
  const allChosen = free.length > 0 && free.every((id) => all.has(id));
  const choose = (ids: readonly string[], on: boolean) => {
    const next = new Set(all);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    onChoose([...next]);
  };
  if (rows.length === 0) return <p className="py-8 text-center text-muted-foreground">{empty}</p>;
  return (
    <div className="flex flex-col gap-3">
      {hint && <p className="text-muted-foreground text-small">{hint}</p>}
      <Input
        type="search"
        value={search}
        onValueChange={(text) => {
          setSearch(text);
          first();
        }}
        placeholder={t("search")}
        aria-label={t("search")}
      />
      <div className="rounded-card border">
        <CheckRow
          className="border-b bg-muted/50"
          checked={allChosen}
          indeterminate={!allChosen && free.some((id) => all.has(id))}
          disabled={free.length === 0}
          onCheckedChange={(on) => choose(free, on)}
        >
          <span className="flex-1">{t("selectAll", { count: free.length })}</span>
          <span className="text-muted-foreground text-small tabular-nums" role="status">
            {t("selected", { count: rows.filter(({ id }) => all.has(id)).length })}
          </span>
        </CheckRow>
        {found.length === 0 ? (
          <p className="px-4 py-8 text-center text-muted-foreground">{t("noMatch", { query: search })}</p>
        ) : (
          <ul className="flex flex-col divide-y">
            {shown.map((row) => (
              <li key={row.id}>
                <CheckRow
                  checked={all.has(row.id)}
                  disabled={row.disabled}
                  onCheckedChange={(on) => choose([row.id], on)}
                >
                  <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5 text-small">
                    <span className="min-w-0 flex-1 basis-48 break-all font-mono">{row.label}</span>
                    {children(row)}
                  </span>
                </CheckRow>
              </li>
            ))}
          </ul>
        )}
        {pager}
      </div>
    </div>
  );
}

function Unchanged({ rows }: { rows: ImportPlan["unchanged"] }) {
  const t = useTranslations("modelImport");
  const { shown, pager } = usePages(rows);
  if (rows.length === 0) return <p className="py-8 text-center text-muted-foreground">{t("empty.unchanged")}</p>;
  return (
    <div className="rounded-card border">
      <ul className="flex flex-col divide-y">
        {shown.map(({ deploymentId, name }) => (
          <li key={deploymentId} className="break-all px-3 py-2 font-mono text-small">
            {name}
          </li>
        ))}
      </ul>
      {pager}
    </div>
  );
}
