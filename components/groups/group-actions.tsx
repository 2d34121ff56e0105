"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import type { GroupImpact, GroupView } from "@/lib/schemas/groups";
import { copyOf, remakeOf } from "./list-state";

type Asking = { act: "disable" | "delete"; group: GroupView };

/**
 * Enable, disable, duplicate and delete a group; what ends calls asks first, with what it touches. `dialogs` has to be
 * rendered once.
 */
export function useGroupActions({
  groups = [],
  onDeleted,
}: {
  groups?: readonly GroupView[];
  onDeleted?: () => void;
} = {}): {
  toggle: (group: GroupView) => void;
  duplicate: (group: GroupView) => void;
  askDelete: (group: GroupView) => void;
  pendingId: string | null;
  dialogs: ReactNode;
} {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [open, setOpen] = useState(false);
  const ask = (act: Asking["act"], group: GroupView) => {
    setAsking({ act, group });
    setOpen(true);
  };
  const group = asking?.group;
  const impact = useQuery({
    queryKey: ["groups", "impact", group?.id],
    queryFn: () => api.get<GroupImpact>(`/api/admin/groups/${group?.id}/impact`),
    enabled: open && group !== undefined,
    staleTime: 0,
    retry: false,
  });
  const change = useApiMutation({
    mutationFn: ({ group, enabled }: { group: GroupView; enabled: boolean }) =>
      api.patch<GroupView>(`/api/admin/groups/${group.id}`, { enabled }),
    invalidate: [["groups"]],
    onSuccess: () => setOpen(false),
    success: (_answer, { group, enabled }) => ({
      title: t(enabled ? "enabled" : "disabled", { name: group.name }),
      onUndo: () => change.mutate({ group, enabled: !enabled }),
    }),
  });
  const create = useApiMutation({
    mutationFn: ({ body }: { body: Record<string, unknown>; told: "copied" | "backAgain" }) =>
      api.post<GroupView>("/api/admin/groups", body),
    invalidate: [["groups", "list"]],
    success: ({ name }, { told }) => t(told, { name }),
    onSuccess: ({ id }) => router.push(`/groups/${id}`),
  });
  const remove = useApiMutation({
    mutationFn: (group: GroupView) => api.delete(`/api/admin/groups/${group.id}`),
    invalidate: [["groups", "list"], ["keys"]],
    // The page of a deleted group is left, not rendered again.
    refresh: onDeleted === undefined,
    onSuccess: () => {
      setOpen(false);
      onDeleted?.();
    },
    success: (_answer, group) => ({
      title: tCommon("deleted", { name: group.name }),
      // Keys that named it have lost it: made anew it would not be as it was.
      ...(group.keyCount === 0 && {
        onUndo: () => create.mutate({ body: remakeOf(group), told: "backAgain" }),
      }),
    }),
  });
  const deleting = asking?.act === "delete";
  // Without an answer about its traffic it counts as used.
  const used = impact.data === undefined || impact.data.calls24h > 0;
  const dialogs = group && (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      title={t(deleting ? "deleteTitle" : "disableTitle", { name: group.name })}
      description={t(deleting ? "deleteBody" : "disableBody")}
      confirmLabel={tCommon(deleting ? "delete" : "disable")}
      requireName={deleting && used && !impact.isPending ? group.name : undefined}
      pending={change.isPending || remove.isPending || impact.isPending}
      onConfirm={() => (deleting ? remove.mutate(group) : change.mutate({ group, enabled: false }))}
    >
      {impact.isPending ? <Skeleton className="h-16 w-full" /> : impact.data && <ImpactList impact={impact.data} />}
    </ConfirmDialog>
  );
  return {
    toggle: (subject) => (subject.enabled ? ask("disable", subject) : change.mutate({ group: subject, enabled: true })),
    duplicate: (subject) => {
      const taken = new Set(groups.flatMap(({ name, aliases }) => [name, ...aliases]));
      create.mutate({ body: copyOf(subject, taken), told: "copied" });
    },
    askDelete: (subject) => ask("delete", subject),
    pendingId: change.isPending ? change.variables.group.id : null,
    dialogs,
  };
}

/** What ends with it, counted by the server. */
function ImpactList({ impact }: { impact: GroupImpact }) {
  const t = useTranslations("groups.impact");
  const format = useFormat();
  const { calls24h, calls1h, share24h, keys, keyCount, keysForAll, keywords } = impact;
  const facts = [
    calls24h === 0
      ? t("noCalls")
      : t("calls", { calls: calls24h, share: share24h === null ? "–" : format.percentShort(share24h), hour: calls1h }),
    keyCount === 0
      ? t("noKeys")
      : t("keys", {
          count: keyCount,
          names: keys.map(({ name }) => name).join(", "),
          more: keyCount - keys.length,
        }),
    ...(keysForAll > 0 ? [t("keysForAll", { count: keysForAll })] : []),
    ...(keywords > 0 ? [t("keywords", { count: keywords })] : []),
  ];
  return (
    <ul className="flex list-disc flex-col gap-1 ps-5 text-small">
      {facts.map((fact) => (
        <li key={fact} className="break-words">
          {fact}
        </li>
      ))}
    </ul>
  );
}
