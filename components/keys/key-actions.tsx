"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { ConfirmDialog } from "@/components/ui/dialog";
import type { KeyView } from "@/lib/schemas/keys";
import { RevealDialog, type Revealed } from "./reveal-dialog";
import { RotateDialog } from "./rotate-dialog";

/** Enable, disable, rotate and delete a key. `dialogs` has to be rendered once. */
export function useKeyActions({ groupNames, onDeleted }: { groupNames: readonly string[]; onDeleted?: () => void }): {
  toggle: (key: KeyView) => void;
  askRotate: (key: KeyView) => void;
  askDelete: (key: KeyView) => void;
  /** Shows a new secret, the only time it is seen. */
  reveal: (revealed: Revealed) => void;
  pendingId: string | null;
  dialogs: ReactNode;
} {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const [rotating, setRotating] = useState<KeyView | null>(null);
  const [deleting, setDeleting] = useState<KeyView | null>(null);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
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
    invalidate: [["keys", "list"], ["groups"]],
    // The page of a deleted key is left, not rendered again.
    refresh: onDeleted === undefined,
    onSuccess: () => {
      setDeleting(null);
      onDeleted?.();
    },
    success: (_answer, { name }) => tCommon("deleted", { name }),
  });
  const dialogs = (
    <>
      <RotateDialog
        subject={rotating}
        onClose={() => setRotating(null)}
        onRotated={(key) => setRevealed({ kind: "rotated", key })}
      />
      <RevealDialog revealed={revealed} groupNames={groupNames} onClose={() => setRevealed(null)} />
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
    </>
  );
  return {
    toggle: (key) => change.mutate({ key, enabled: !key.enabled }),
    askRotate: setRotating,
    askDelete: setDeleting,
    reveal: setRevealed,
    pendingId: change.isPending ? change.variables.key.id : null,
    dialogs,
  };
}
