"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { ConfirmDialog } from "@/components/ui/dialog";
import type { GroupView } from "@/lib/schemas/groups";

type Asking = { act: "disable" | "delete"; group: GroupView };

/** Enable, disable and delete a group; what ends calls asks first. `dialogs` has to be rendered once. */
export function useGroupActions({ onDeleted }: { onDeleted?: () => void } = {}): {
  toggle: (group: GroupView) => void;
  askDelete: (group: GroupView) => void;
  pendingId: string | null;
  dialogs: ReactNode;
} {
  const t = useTranslations("groups");
  const tCommon = useTranslations("common");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [open, setOpen] = useState(false);
  const ask = (act: Asking["act"], group: GroupView) => {
    setAsking({ act, group });
    setOpen(true);
  };
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
  const remove = useApiMutation({
    mutationFn: (group: GroupView) => api.delete(`/api/admin/groups/${group.id}`),
    invalidate: [["groups", "list"], ["keys"]],
    // The page of a deleted group is left, not rendered again.
    refresh: onDeleted === undefined,
    onSuccess: () => {
      setOpen(false);
      onDeleted?.();
    },
    success: (_answer, group) => tCommon("deleted", { name: group.name }),
  });
  const group = asking?.group;
  const dialogs = group && (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      title={t(asking.act === "delete" ? "deleteTitle" : "disableTitle", { name: group.name })}
      description={t(asking.act === "delete" ? "deleteBody" : "disableBody", { keys: group.keyCount })}
      confirmLabel={tCommon(asking.act === "delete" ? "delete" : "disable")}
      requireName={asking.act === "delete" ? group.name : undefined}
      pending={change.isPending || remove.isPending}
      onConfirm={() => (asking.act === "delete" ? remove.mutate(group) : change.mutate({ group, enabled: false }))}
    />
  );
  return {
    toggle: (subject) => (subject.enabled ? ask("disable", subject) : change.mutate({ group: subject, enabled: true })),
    askDelete: (subject) => ask("delete", subject),
    pendingId: change.isPending ? change.variables.group.id : null,
    dialogs,
  };
}
