"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { CheckRow } from "@/components/check-row";
import { useFormat } from "@/components/format";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { RelativeTime } from "@/components/ui/relative-time";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { Page } from "@/lib/schemas/common";
import type { GroupView } from "@/lib/schemas/groups";
import type { KeyView } from "@/lib/schemas/keys";
import type { StatsView } from "@/lib/schemas/stats";

type Change = { key: KeyView; add: boolean };

/** Which keys may call a group: those that name it, which can be changed here, and those for all groups. */
export function GroupKeys({ group }: { group: GroupView }) {
  const t = useTranslations("groups.keys");
  const format = useFormat();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const keys = useQuery({
    queryKey: ["keys", "all"],
    queryFn: () => api.get<Page<KeyView>>("/api/admin/keys?limit=500&sort=name"),
  });
  const calls = useQuery({
    queryKey: ["stats", "keys", group.id],
    queryFn: () =>
      api.get<StatsView>(
        `/api/admin/stats?${new URLSearchParams({ group: group.id, by: "key", range: "24h", rows: "1000" })}`,
      ),
  });
  const change = useApiMutation({
    mutationFn: ({ key, add }: Change) => {
      const groups = add ? [...key.groups, group.name] : key.groups.filter((name) => name !== group.name);
      return api.patch<KeyView>(`/api/admin/keys/${key.id}`, { groups, version: key.version });
    },
    invalidate: [["keys"], ["groups"]],
    success: (answer, { add }) => ({
      title: t(add ? "added" : "removed", { name: answer.name }),
      onUndo: () => change.mutate({ key: answer, add: !add }),
    }),
  });
  const all = keys.data?.items ?? [];
  const allowed = all.filter(({ groups }) => groups.includes(group.name) || groups.includes("*"));
  const others = all.filter(({ groups }) => !groups.includes(group.name) && !groups.includes("*"));
  const callsOf = new Map(calls.data?.groups?.map(({ id, totals }) => [id, totals.calls]));
  const addButton = may("admin") && others.length > 0 && (
    <Button size="compact" icon={Plus} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  return (
    <Card flush title={t("title")} description={t("description")} actions={addButton}>
      <QueryError query={keys} />
      {keys.isPending ? (
        <SkeletonRows rows={4} />
      ) : allowed.length === 0 ? (
        <EmptyState icon={KeyRound} title={t("empty")}>
          {t("emptyBody")}
        </EmptyState>
      ) : (
        <Table label={t("title")}>
          <Thead>
            <Th>{t("key")}</Th>
            <Th>{t("why")}</Th>
            <Th align="end">{t("calls")}</Th>
            <Th>{t("lastUsed")}</Th>
            <Th>
              <span className="sr-only">{t("actions")}</span>
            </Th>
          </Thead>
          <Tbody>
            {allowed.map((key) => {
              const named = key.groups.includes(group.name);
              const count = callsOf.get(key.id) ?? 0;
              return (
                <Tr key={key.id} muted={!key.enabled}>
                  <Td primary>
                    <span className="flex flex-wrap items-center gap-2">
                      <Link href={`/keys/${key.id}`} className="break-words rounded-xs hover:underline">
                        {key.name}
                      </Link>
                      {!key.enabled && <Badge tone="refused">{t("disabled")}</Badge>}
                    </span>
                  </Td>
                  <Td label={t("why")}>{t(named ? "byName" : "byAll")}</Td>
                  <Td label={t("calls")} align="end">
                    <Link
                      href={`/logs?${new URLSearchParams({ range: "24h", group: group.id, key: key.id })}`}
                      prefetch={false}
                      className="rounded-xs hover:underline"
                    >
                      {calls.data ? format.integer(count) : "–"}
                    </Link>
                  </Td>
                  <Td label={t("lastUsed")}>
                    <RelativeTime at={key.usage.lastUsedAt} />
                  </Td>
                  <Td align="end" className="justify-end">
                    {named && may("admin") && (
                      <IconButton
                        icon={X}
                        label={t("remove", { name: key.name })}
                        disabled={key.source === "file"}
                        pending={change.isPending && change.variables.key.id === key.id}
                        onClick={() => change.mutate({ key, add: false })}
                      />
                    )}
                  </Td>
                </Tr>
              );
            })}
          </Tbody>
        </Table>
      )}
      {adding && (
        <AddKeys
          keys={others}
          pending={change.isPending}
          onClose={() => setAdding(false)}
          onAdd={async (chosen) => {
            for (const key of chosen) await change.mutateAsync({ key, add: true });
            setAdding(false);
          }}
        />
      )}
    </Card>
  );
}

/** Lets keys call the group by naming it. */
function AddKeys({
  keys,
  pending,
  onClose,
  onAdd,
}: {
  keys: readonly KeyView[];
  pending: boolean;
  onClose: () => void;
  onAdd: (keys: readonly KeyView[]) => Promise<void>;
}) {
  const t = useTranslations("groups.keys");
  const tCommon = useTranslations("common");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = keys.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <Dialog
      open
      size="medium"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("addTitle")}
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            pending={pending}
            disabled={chosen.size === 0}
            // What was refused is told by the change itself; the rest stays to be tried again.
            onClick={() => void onAdd(keys.filter(({ id }) => chosen.has(id))).catch(() => undefined)}
          >
            {t("addSubmit", { count: chosen.size })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2 pb-1">
        <Input
          type="search"
          value={search}
          onValueChange={setSearch}
          placeholder={t("search")}
          aria-label={t("search")}
        />
        <ul className="max-h-80 divide-y overflow-y-auto rounded-card border">
          {shown.map((key) => (
            <li key={key.id}>
              <CheckRow
                checked={chosen.has(key.id)}
                disabled={key.source === "file"}
                onCheckedChange={(on) => choose(key.id, on)}
              >
                <span className="min-w-0 flex-1 break-words text-small">{key.name}</span>
              </CheckRow>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
