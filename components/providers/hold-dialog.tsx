"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { type ImpactSubject, ImpactSummary, useImpact } from "./impact";
import { routeObjectKeys } from "./use-providers";

const durationsHours = ["1", "4", "24", "168"] as const;
type Duration = (typeof durationsHours)[number] | "forever";

const hourMs = 3_600_000;

/** Takes one deployment out of use; null = the dialog is closed. */
export function HoldDialog({ deployment, onClose }: { deployment: DeploymentView | null; onClose: () => void }) {
  return (
    <HoldManyDialog
      deployments={deployment && [deployment]}
      name={deployment?.name ?? ""}
      impactOf={deployment && { deployment: deployment.id }}
      onClose={onClose}
    />
  );
}

/** Takes deployments out of use until released, or for a while, with the reason others will read. */
export function HoldManyDialog({
  deployments,
  name,
  impactOf,
  onClose,
}: {
  /** Null = the dialog is closed. */
  deployments: readonly DeploymentView[] | null;
  /** What is held, in the words of the title. */
  name: string;
  impactOf: ImpactSubject | null;
  onClose: () => void;
}) {
  const t = useTranslations("providers.models");
  const tCommon = useTranslations("common");
  const formId = useId();
  const impact = useImpact(deployments === null ? null : impactOf);
  const hold = useApiMutation({
    mutationFn: ({ reason, duration }: { reason: string; duration: Duration }) =>
      Promise.all(
        (deployments ?? []).map(({ id }) =>
          api.post<DeploymentView>(`/api/admin/deployments/${id}/hold`, {
            reason: reason.trim() || null,
            until: duration === "forever" ? null : new Date(Date.now() + Number(duration) * hourMs).toISOString(),
          }),
        ),
      ),
    invalidate: routeObjectKeys,
    success: () => t("held", { name }),
    onSuccess: () => close(),
  });
  function close(): void {
    hold.reset();
    onClose();
  }
  return (
    <Dialog
      open={deployments !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title={t("holdTitle", { name })}
      description={t("holdBody")}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={hold.isPending}>
            {t("hold")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ImpactSummary query={impact} />
        <HoldFields id={formId} error={hold.error} onSubmit={(values) => hold.mutate(values)} />
      </div>
    </Dialog>
  );
}

function HoldFields({
  id,
  error,
  onSubmit,
}: {
  id: string;
  error: unknown;
  onSubmit: (values: { reason: string; duration: Duration }) => void;
}) {
  const t = useTranslations("providers.models");
  const fieldError = useFieldErrors(error);
  const [reason, setReason] = useState("");
  const [duration, setDuration] = useState<Duration>("forever");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ reason, duration });
  };
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-4">
      <FormAlert error={error} shown={["reason", "until"]} />
      <Field label={t("holdUntil")} error={fieldError("until")}>
        <Select<Duration>
          value={duration}
          onValueChange={setDuration}
          options={[
            { value: "forever", label: t("holdForever") },
            ...durationsHours.map((hours) => ({ value: hours, label: t("holdHours", { hours: Number(hours) }) })),
          ]}
        />
      </Field>
      <Field label={t("holdReason")} optional error={fieldError("reason")}>
        <Input value={reason} onValueChange={setReason} maxLength={300} />
      </Field>
    </form>
  );
}
