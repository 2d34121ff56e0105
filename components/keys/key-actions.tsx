"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation, useErrorText } from "@/components/api-client";
import { ConfirmDialog } from "@/components/ui/dialog";
import type { KeyView } from "@/lib/schemas/keys";
import { KeyImpactSummary } from "./key-impact";
import { KeyTestDialog } from "./key-test-dialog";
import { RevealDialog, type Revealed } from "./reveal-dialog";
import { RotateDialog } from "./rotate-dialog";

type Switched = { keys: readonly KeyView[]; enabled: boolean };
/** Which keys were switched, and which were not, with the reason. */
type SwitchResult = { done: KeyView[]; failed: { name: string; text: string }[] };

/**
 * Test, enable, disable, rotate and delete keys; what ends calls asks first, with what it touches. `dialogs` has to be
 * rendered once.
 */
export function useKeyActions({ groupNames, onDeleted }: { groupNames: readonly string[]; onDeleted?: () => void }): {
  /** Enables at once; disabling asks. */
  setEnabled: (keys: readonly KeyView[], enabled: boolean) => void;
  askTest: (key: KeyView) => void;
  askRotate: (key: KeyView) => void;
  askDelete: (key: KeyView) => void;
  /** Shows a new secret, the only time it is seen. */
  reveal: (revealed: Revealed) => void;
  pending: boolean;
  dialogs: ReactNode;
} {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const [testing, setTesting] = useState<KeyView | null>(null);
  const [rotating, setRotating] = useState<KeyView | null>(null);
  const [deleting, setDeleting] = useState<KeyView | null>(null);
  const [disabling, setDisabling] = useState<readonly KeyView[]>([]);
  const [asking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const change = useApiMutation({
    mutationFn: async ({ keys, enabled }: Switched): Promise<SwitchResult> => {
      const result: SwitchResult = { done: [], failed: [] };
      for (const { id, name } of keys) {
        try {
          result.done.push(await api.patch<KeyView>(`/api/admin/keys/${id}`, { enabled }));
        } catch (error) {
          result.failed.push({ name, text: errorText(error) });
        }
      }
      return result;
    },
    invalidate: [["keys"]],
    onSuccess: () => setAsking(false),
    success: ({ done, failed }, { enabled }) => {
      const onUndo = done.length === 0 ? undefined : () => change.mutate({ keys: done, enabled: !enabled });
      if (failed.length > 0) {
        return {
          title: t("notSwitched", { count: failed.length }),
          description: failed.map(({ name, text }) => `${name}: ${text}`).join("\n"),
          tone: "danger",
          onUndo,
        };
      }
      const [first] = done;
      const title =
        done.length === 1 && first
          ? t(enabled ? "enabled" : "disabled", { name: first.name })
          : t(enabled ? "bulk.enabled" : "bulk.disabled", { count: done.length });
      return { title, onUndo };
    },
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
  const [only] = disabling;
  const dialogs = (
    <>
      <KeyTestDialog subject={testing} onClose={() => setTesting(null)} />
      <RotateDialog
        subject={rotating}
        onClose={() => setRotating(null)}
        onRotated={(key) => setRevealed({ kind: "rotated", key })}
      />
      <RevealDialog revealed={revealed} groupNames={groupNames} onClose={() => setRevealed(null)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={
          disabling.length === 1 && only
            ? t("disableTitle", { name: only.name })
            : t("bulk.disableTitle", { count: disabling.length })
        }
        description={t("disableBody")}
        confirmLabel={tCommon("disable")}
        pending={change.isPending}
        onConfirm={() => change.mutate({ keys: disabling, enabled: false })}
      >
        {asking && <KeyImpactSummary subjects={disabling} />}
      </ConfirmDialog>
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
      >
        {deleting && <KeyImpactSummary subjects={[deleting]} />}
      </ConfirmDialog>
    </>
  );
  return {
    setEnabled: (keys, enabled) => {
      if (enabled) change.mutate({ keys, enabled });
      else {
        setDisabling(keys);
        setAsking(true);
      }
    },
    askTest: setTesting,
    askRotate: setRotating,
    askDelete: setDeleting,
    reveal: setRevealed,
    pending: change.isPending,
    dialogs,
  };
}
