"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useNow, useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from "nuqs";
import { useRef, useState } from "react";
import { api } from "@/components/api-client";
import { isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { Input } from "@/components/ui/input";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { Table, Tbody, Th, Thead } from "@/components/ui/table";
import type { Page } from "@/lib/schemas/common";
import type { KeyView } from "@/lib/schemas/keys";
import { KeyBulkBar } from "./bulk-bar";
import { useKeyActions } from "./key-actions";
import { KeyRow } from "./key-row";
import { KeySheet } from "./key-sheet";
import { keyStatusKinds } from "./key-status";
import { keySorts, listedKeys, nobody } from "./list-order";
import { useRowKeys } from "./use-row-keys";

/** What keys spend moves while one looks at them. */
const liveMs = 15_000;

/** No condition: ids and states are never this. */
const any = " ";

const filters = {
  q: parseAsString.withDefault(""),
  group: parseAsString,
  owner: parseAsString,
  status: parseAsStringLiteral(keyStatusKinds),
  sort: parseAsStringLiteral(keySorts).withDefault("created"),
};

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
  const [filter, setFilter] = useQueryStates(filters);
  const [creating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const [forGroup] = useQueryState("for", parseAsString);
  const startGroup = forGroup !== null && initial.groupNames.includes(forGroup) ? forGroup : null;
  const [editing, setEditing] = useState<KeyView | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const lastChosen = useRef<string | null>(null);
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
  const shown = listedKeys(keys, filter, now.getTime());
  const filtered = filter.q.trim() !== "" || filter.group !== null || filter.owner !== null || filter.status !== null;
  const choosable = shown.filter((key) => !isFromFile(key));
  const selected = keys.filter(({ id }) => chosen.has(id));
  const allChosen = choosable.length > 0 && choosable.every(({ id }) => chosen.has(id));
  const choose = (subjects: readonly KeyView[], on: boolean) => {
    const next = new Set(chosen);
    for (const { id } of subjects) {
      if (on) next.add(id);
      else next.delete(id);
    }
    lastChosen.current = subjects.at(-1)?.id ?? null;
    setChosen(next);
  };
  useRowKeys({ keys: shown, chosen, choose: setChosen, lastChosen, onRotate: actions.askRotate, mayChange });
  const clear = () => void setFilter({ q: null, group: null, owner: null, status: null });
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
        <KeyFilters
          filter={filter}
          groupNames={initial.groupNames}
          owners={[...initial.owners, ...keys.flatMap((key) => key.owner ?? [])]}
          onChange={(change) => void setFilter(change)}
          onClear={filtered ? clear : undefined}
        />
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
              {mayChange && (
                <Th className="w-8 pe-0">
                  <Checkbox
                    aria-label={t("bulk.all")}
                    checked={allChosen}
                    indeterminate={!allChosen && selected.length > 0}
                    disabled={choosable.length === 0}
                    onCheckedChange={(on) => choose(choosable, on)}
                  />
                </Th>
              )}
              <Th>{t("columns.name")}</Th>
              <Th>{t("columns.status")}</Th>
              <Th>{t("columns.groups")}</Th>
              <Th className="md:max-2xl:hidden">{t("columns.limits")}</Th>
              <Th>{t("columns.budget")}</Th>
              <Th className="md:max-xl:hidden">{t("columns.owner")}</Th>
              <Th className="md:max-lg:hidden">{t("columns.calls24h")}</Th>
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
                  chosen={chosen.has(key.id)}
                  onChoose={(on) => choose([key], on)}
                  onTest={() => actions.askTest(key)}
                  onEdit={() => setEditing(key)}
                  onRotate={() => actions.askRotate(key)}
                  onToggle={() => actions.setEnabled([key], !key.enabled)}
                  onDelete={() => actions.askDelete(key)}
                />
              ))}
            </Tbody>
          </Table>
        )}
      </Card>
      {keys.length > 0 && <p className="text-muted-foreground text-small">{t("shownOnce")}</p>}
      <KeyBulkBar
        chosen={selected}
        pending={actions.pending}
        onSwitch={actions.setEnabled}
        onClear={() => setChosen(new Set())}
      />
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

type Filter = Parameters<typeof listedKeys>[1];
type Change = { [Name in keyof Filter]?: Filter[Name] | null };

/** What the list is narrowed to and sorted by, as the address has it. */
function KeyFilters({
  filter: { q, status, group, owner, sort },
  groupNames,
  owners,
  onChange,
  onClear,
}: {
  filter: Filter;
  groupNames: readonly string[];
  owners: readonly { id: string; name: string }[];
  onChange: (change: Change) => void;
  onClear: (() => void) | undefined;
}) {
  const t = useTranslations("keys");
  const names = new Map(owners.map(({ id, name }) => [id, name]));
  return (
    <search aria-label={t("search")} className="grid grid-cols-2 items-start gap-2 sm:flex sm:flex-wrap">
      <Input
        type="search"
        value={q}
        onValueChange={(value) => onChange({ q: value || null })}
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
        onChange={(value) => onChange({ status: keyStatusKinds.find((kind) => kind === value) ?? null })}
      />
      <Facet
        label={t("columns.groups")}
        value={group ?? any}
        options={[{ value: any, label: t("allGroups") }, ...groupNames.map((name) => ({ value: name, label: name }))]}
        onChange={(value) => onChange({ group: value === any ? null : value })}
      />
      <Facet
        label={t("columns.owner")}
        value={owner ?? any}
        options={[
          { value: any, label: t("filter.anyOwner") },
          ...[...names].map(([value, label]) => ({ value, label })),
          { value: nobody, label: t("noOwner") },
        ]}
        onChange={(value) => onChange({ owner: value === any ? null : value })}
      />
      <Facet
        label={t("filter.sort")}
        value={sort}
        options={keySorts.map((value) => ({ value, label: t(`sort.${value}`) }))}
        onChange={(next) => onChange({ sort: next })}
      />
      {onClear && (
        <Button size="compact" variant="ghost" onClick={onClear}>
          {t("filter.clear")}
        </Button>
      )}
    </search>
  );
}
