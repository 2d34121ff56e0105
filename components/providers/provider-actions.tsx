"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { ConfirmDialog } from "@/components/ui/dialog";
import type { ProviderView } from "@/lib/schemas/providers";
import { ImpactSummary, useImpact } from "./impact";
import { routeObjectKeys } from "./use-providers";

type Asking = { act: "disable" | "delete"; provider: ProviderView };

/**
 * Enable, disable and delete a provider. Disabling one that groups use, and every delete, first shows what the server
 * says would be touched. `dialogs` has to be rendered once.
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
  const impact = useImpact(open && provider ? { providers: [provider.id] } : null);

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

  // Until it is known that nobody called it lately, the name is asked for.
  const carriesTraffic = impact.data === undefined || impact.data.calls24h > 0;
  const dialogs = provider && (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      title={t(asking.act === "delete" ? "deleteTitle" : "disableTitle", { name: provider.name })}
      description={t(asking.act === "delete" ? "deleteBody" : "disableBody")}
      confirmLabel={tCommon(asking.act === "delete" ? "delete" : "disable")}
      requireName={asking.act === "delete" && carriesTraffic ? provider.name : undefined}
      pending={change.isPending || remove.isPending}
      onConfirm={() =>
        asking.act === "delete" ? remove.mutate(provider) : change.mutate({ subject: provider, enabled: false })
      }
    >
      <ImpactSummary query={impact} />
    </ConfirmDialog>
  );
  return {
    toggle,
    askDelete: (subject) => ask("delete", subject),
    pendingId: change.isPending ? change.variables.subject.id : null,
    dialogs,
  };
}
