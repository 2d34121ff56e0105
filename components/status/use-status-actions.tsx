"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { routeObjectKeys } from "@/components/providers/use-providers";
import type { DeploymentView } from "@/lib/schemas/deployments";

const HoldDialog = dynamic(() => import("@/components/providers/hold-dialog").then((file) => file.HoldDialog));

const changed = [...routeObjectKeys, ["health"], ["incidents"]] as const;

/** What can be done about a deployment, and the dialog that asks before it is taken out of use. */
export function useStatusActions(): {
  hold: (deployment: DeploymentView) => void;
  release: (deployment: DeploymentView) => void;
  reset: (deployment: DeploymentView) => void;
  pendingId: string | null;
  dialog: ReactNode;
} {
  const t = useTranslations("status");
  const [holding, setHolding] = useState<DeploymentView | null>(null);
  const release = useApiMutation({
    mutationFn: (deployment: DeploymentView) =>
      api.post<DeploymentView>(`/api/admin/deployments/${deployment.id}/release`),
    invalidate: changed,
    success: ({ name }) => t("released", { name }),
  });
  const reset = useApiMutation({
    mutationFn: (deployment: DeploymentView) => api.post("/api/admin/health/reset", { deploymentId: deployment.id }),
    invalidate: changed,
    success: (_answer, { name }) => t("resetDone", { name }),
  });
  return {
    hold: setHolding,
    release: (deployment) => release.mutate(deployment),
    reset: (deployment) => reset.mutate(deployment),
    pendingId: release.isPending ? release.variables.id : reset.isPending ? reset.variables.id : null,
    dialog: holding && <HoldDialog deployment={holding} onClose={() => setHolding(null)} />,
  };
}
