"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { ConfirmDialog } from "@/components/ui/dialog";
import type { ProviderView } from "@/lib/schemas/providers";
import { GroupLosses, useGroupLosses } from "./group-losses";
import { routeObjectKeys } from "./use-providers";

type Asking = { act: "disable" | "delete"; provider: ProviderView };

/**
 * Enable, disable and delete a provider. Disabling one that groups use, and every delete, first shows what the groups
 * lose. `dialogs` has to be rendered once.
 */
export function useProviderActions({ onDeleted }: { onDeleted?: () => void } = {}): {
  toggle: (provider: ProviderView) => void;
  askDelete: (provider: ProviderView) => void;
  pendingId: string | null;
  dialogs: ReactNode;
} {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [open, setOpen] = useState(false);
  const provider = asking?.provider;
  const { losses, error } = useGroupLosses(provider?.deployments.map(({ id }) => id) ?? [], open);

  const ask = (act: Asking["act"], subject: ProviderView) => {
    setAsking({ act, provider: subject });
    setOpen(true);
  };

  const change = useApiMutation({
    mutationFn: ({ subject, enabled }: { subject: ProviderView; enabled: boolean }) =>
      api.patch<ProviderView>(`/api/admin/providers/${subject.id}`, { enabled }),
    invalidate: routeObjectKeys,
    onSuccess: () => setOpen(false),
    success: (_answer, { subject, enabled }) => ({
      title: t(enabled ? "enabled" : "disabled", { name: subject.name }),
      onUndo: () => change.mutate({ subject, enabled: !enabled }),
    }),
  });

  const remove = useApiMutation({
    mutationFn: (subject: ProviderView) => api.delete(`/api/admin/providers/${subject.id}`),
    invalidate: routeObjectKeys,
    // The page of a deleted provider is left, not rendered again.
    refresh: onDeleted === undefined,
    onSuccess: () => {
      setOpen(false);
      onDeleted?.();
    },
    success: (_answer, subject) => tCommon("deleted", { name: subject.name }),
  });

  const toggle = (subject: ProviderView) => {
    const used = subject.deployments.some(({ groups }) => groups.length > 0);
    if (subject.enabled && used) ask("disable", subject);
    else change.mutate({ subject, enabled: !subject.enabled });
  };

  const unused = losses?.length === 0;
  const dialogs = provider && (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      title={t(asking.act === "delete" ? "deleteTitle" : "disableTitle", { name: provider.name })}
      description={asking.act === "disable" ? t("disableBody") : unused ? t("deleteBodyUnused") : t("deleteBody")}
      confirmLabel={tCommon(asking.act === "delete" ? "delete" : "disable")}
      requireName={asking.act === "delete" ? provider.name : undefined}
      pending={change.isPending || remove.isPending}
      onConfirm={() =>
        asking.act === "delete" ? remove.mutate(provider) : change.mutate({ subject: provider, enabled: false })
      }
    >
      <GroupLosses losses={losses} error={error} />
    </ConfirmDialog>
  );
  return {
    toggle,
    askDelete: (subject) => ask("delete", subject),
    pendingId: change.isPending ? change.variables.subject.id : null,
    dialogs,
  };
}
