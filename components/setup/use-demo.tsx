"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { DemoParts, DemoView } from "@/lib/schemas/demo";
import { api, isApiError, useApiMutation } from "../api-client";
import { ConfirmDialog } from "../ui/dialog";
import { Skeleton } from "../ui/skeleton";
import { setupProgressKey } from "./use-setup-progress";

export const demoKey = ["demo"] as const;
const touched = [demoKey, setupProgressKey, ["providers"], ["groups"], ["keys"], ["deployments"]];

/** The demo as the server knows it. */
export function useDemo({
  enabled = true,
  initial,
  everyMs = false,
}: {
  enabled?: boolean;
  initial?: DemoView;
  everyMs?: number | false;
} = {}) {
  return useQuery({
    queryKey: demoKey,
    queryFn: () => api.get<DemoView>("/api/admin/demo"),
    enabled,
    refetchInterval: everyMs,
    ...(initial && { initialData: initial }),
  });
}

/** Removes the demo after saying what goes with it, and brings it back. `dialog` has to be rendered once. */
export function useDemoActions({ onRemoved }: { onRemoved?: () => void } = {}): {
  askRemove: () => void;
  restore: () => void;
  pending: boolean;
  dialog: ReactNode;
} {
  const t = useTranslations("demo");
  const [open, setOpen] = useState(false);
  const view = useDemo({ enabled: open });
  const restore = useApiMutation({
    mutationFn: () => api.post<DemoView>("/api/admin/demo"),
    invalidate: touched,
    success: () => t("restoredToast"),
    failure: (error) => (isApiError(error) && error.code === "conflict" ? t("restoreFailed") : undefined),
  });
  const remove = useApiMutation({
    mutationFn: () => api.delete<DemoView>("/api/admin/demo"),
    invalidate: touched,
    onSuccess: () => {
      setOpen(false);
      onRemoved?.();
    },
    success: () => ({ title: t("removedToast"), onUndo: () => restore.mutate() }),
  });
  return {
    askRemove: () => setOpen(true),
    restore: () => restore.mutate(),
    pending: restore.isPending || remove.isPending,
    dialog: (
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t("askTitle")}
        description={t("askBody")}
        confirmLabel={t("remove")}
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        {view.data?.demo ? <Goes demo={view.data.demo} /> : <Skeleton className="h-24" />}
      </ConfirmDialog>
    ),
  };
}

function Goes({ demo }: { demo: DemoParts }) {
  const t = useTranslations("demo.goes");
  const names = (list: readonly string[]) => list.join(", ");
  const lines = [
    t("provider", { name: demo.provider.name, models: demo.models.length }),
    demo.groups.length > 0 && t("groups", { names: names(demo.groups) }),
    demo.losing.length > 0 && t("losing", { names: names(demo.losing) }),
    demo.keywords > 0 && t("keywords", { count: demo.keywords }),
    demo.keys > 0 && t("keys", { count: demo.keys }),
    t("calls", { count: demo.calls24h }),
  ].filter((line) => line !== false);
  return (
    <ul className="flex list-disc flex-col gap-1 ps-5 text-body">
      {lines.map((line) => (
        <li key={line} className="break-words">
          {line}
        </li>
      ))}
    </ul>
  );
}
