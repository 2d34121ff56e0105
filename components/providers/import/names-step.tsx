"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { aliasPattern, aliasPlaceholders } from "@/lib/schemas/model-choice";
import { type DraftRow, type EditablePrice, type ImportDraft, isGroupName, isUnpriced } from "./draft";
import { usePages } from "./pager";
import { PriceSourceText } from "./price-text";

const priceSources = ["known", "provider", "catalogue", "none"] as const;
const groupModes = ["none", "one", "each"] as const;

/** The second step: what the chosen models are called, what they cost, and where they can be called. */
export function NamesStep({
  draft,
  rows,
  groupNames,
  onChange,
}: {
  draft: ImportDraft;
  rows: readonly DraftRow[];
  groupNames: readonly string[];
  onChange: (changes: Partial<ImportDraft>) => void;
}) {
  const t = useTranslations("modelImport");
  const { groups } = draft;
  const changeGroups = (changes: Partial<ImportDraft["groups"]>) => onChange({ groups: { ...groups, ...changes } });
  const isKnown = groups.mode === "one" && groupNames.includes(groups.name.trim());
  return (
    <>
      <Card title={t("names.title")}>
        <div className="grid gap-5 md:grid-cols-2">
          <Field
            label={t("names.pattern")}
            hint={rows[0] ? t("names.example", { model: rows[0].model, name: rows[0].name }) : undefined}
            error={aliasPattern.safeParse(draft.alias).success ? undefined : t("names.badPattern")}
          >
            <Input
              mono
              value={draft.alias}
              onValueChange={(alias) => onChange({ alias })}
              spellCheck={false}
              autoComplete="off"
            />
            <span className="flex flex-wrap gap-1.5">
              {aliasPlaceholders.map((name) => (
                <Button key={name} size="compact" onClick={() => onChange({ alias: `${draft.alias}{${name}}` })}>
                  <span className="font-mono">{`{${name}}`}</span>
                  <span className="font-normal text-muted-foreground">{t(`placeholder.${name}`)}</span>
                </Button>
              ))}
            </span>
          </Field>
          <Field label={t("prices.title")} hint={t(`prices.${draft.prices}Hint`)}>
            <Select
              value={draft.prices}
              onValueChange={(prices) => onChange({ prices })}
              options={priceSources.map((value) => ({ value, label: t(`prices.${value}`) }))}
            />
          </Field>
          <Field label={t("groups.title")} hint={t(`groups.${groups.mode}Hint`)}>
            <Select
              value={groups.mode}
              onValueChange={(mode) => changeGroups({ mode })}
              options={groupModes.map((value) => ({ value, label: t(`groups.${value}`) }))}
            />
          </Field>
          {groups.mode === "one" && (
            <Field
              label={t("groups.name")}
              hint={t(groups.name.trim() === "" ? "groups.needed" : isKnown ? "groups.existing" : "groups.new")}
              error={isGroupName(groups.name) || groups.name.trim() === "" ? undefined : t("groups.badName")}
            >
              <Input
                value={groups.name}
                onValueChange={(name) => changeGroups({ name })}
                list="import-groups"
                spellCheck={false}
                autoComplete="off"
              />
              <datalist id="import-groups">
                {groupNames.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </Field>
          )}
          {groups.mode !== "none" && (
            <div className="flex flex-wrap gap-4">
              <Field label={t("groups.priority")} hint={t("groups.priorityHint")} className="flex-1 basis-40">
                <NumberInput
                  min={1}
                  max={1000}
                  value={groups.priority}
                  onValueChange={(priority) => changeGroups({ priority: priority ?? 1 })}
                />
              </Field>
              <Field label={t("groups.weight")} className="flex-1 basis-40">
                <NumberInput
                  min={0}
                  max={1_000_000}
                  value={groups.weight}
                  onValueChange={(weight) => changeGroups({ weight: weight ?? 1 })}
                />
              </Field>
            </div>
          )}
        </div>
      </Card>
      {rows.length > 0 && <RowsCard draft={draft} rows={rows} onChange={onChange} />}
    </>
  );
}

function RowsCard({
  draft,
  rows,
  onChange,
}: {
  draft: ImportDraft;
  rows: readonly DraftRow[];
  onChange: (changes: Partial<ImportDraft>) => void;
}) {
  const t = useTranslations("modelImport");
  const format = useFormat();
  // What needs a look comes first; typing in a row must not move it, so only names decide.
  const ordered = [...rows].sort((a, b) => Number(b.nameProblem !== null) - Number(a.nameProblem !== null));
  const { shown, pager } = usePages(ordered);
  const unpriced = rows.filter(isUnpriced).length;
  const edit = (model: string, changes: ImportDraft["edits"][string]) =>
    onChange({ edits: { ...draft.edits, [model]: { ...draft.edits[model], ...changes } } });
  return (
    <Card flush title={t("names.rows", { count: rows.length })} description={t("prices.unit")}>
      {unpriced > 0 && (
        <p className="border-b px-4 py-2.5 text-small text-warning">{t("withoutPrice", { count: unpriced })}</p>
      )}
      <Table label={t("names.rows", { count: rows.length })}>
        <Thead>
          <Th>{t("columns.model")}</Th>
          <Th>{t("columns.name")}</Th>
          <Th>{t("columns.input")}</Th>
          <Th>{t("columns.output")}</Th>
          <Th>{t("columns.source")}</Th>
        </Thead>
        <Tbody>
          {shown.map((row) => (
            <Tr key={row.model}>
              <Td primary className="break-all font-mono">
                {row.model}
              </Td>
              <Td label={t("columns.name")} className="md:min-w-56">
                <Field
                  hideLabel
                  className="w-full max-w-64 md:max-w-none"
                  label={t("nameOf", { model: row.model })}
                  error={row.nameProblem ? t(`nameProblem.${row.nameProblem}`) : undefined}
                >
                  <Input
                    mono
                    value={row.name}
                    onValueChange={(name) => edit(row.model, { name })}
                    spellCheck={false}
                    autoComplete="off"
                  />
                </Field>
              </Td>
              {(["inputPrice", "outputPrice"] as const).map((field: EditablePrice) => (
                <Td key={field} label={t(field === "inputPrice" ? "columns.input" : "columns.output")}>
                  <Field
                    hideLabel
                    className="w-28"
                    label={t(`priceOf.${field}`, { model: row.model })}
                    error={row.priceProblems.includes(field) ? t("badPrice") : undefined}
                  >
                    <Input
                      className="text-end tabular-nums"
                      inputMode="decimal"
                      value={row.prices[field]}
                      placeholder="–"
                      onValueChange={(text) => edit(row.model, { [field]: text })}
                      autoComplete="off"
                    />
                  </Field>
                </Td>
              ))}
              <Td label={t("columns.source")} className="text-muted-foreground">
                <span className="flex flex-col items-end md:items-start">
                  <PriceSourceText source={isUnpriced(row) ? null : row.source} match={row.planned.match} />
                  {row.offered?.callPrice != null && (
                    <span>{t("perCall", { price: format.usd(row.offered.callPrice) })}</span>
                  )}
                </span>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {pager}
    </Card>
  );
}
