"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useId } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useFormBase } from "@/components/conflict/use-form-base";
import { VersionConflict } from "@/components/conflict/version-conflict";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import type { ProviderView } from "@/lib/schemas/providers";
import { ProviderFields } from "./provider-fields";
import { type FormStart, patchBody } from "./provider-form";
import { routeObjectKeys } from "./use-providers";

/** Changes a stored provider. */
export function EditProviderSheet({
  open,
  onOpenChange,
  provider: current,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  provider: ProviderView;
}) {
  const t = useTranslations("providers.form");
  const formId = useId();
  const provider = useFormBase(current, open);
  const start: FormStart = { provider };
  const save = useApiMutation({
    mutationFn: (body: Record<string, unknown>) => api.patch<ProviderView>(`/api/admin/providers/${provider.id}`, body),
    invalidate: routeObjectKeys,
    success: ({ name }) => t("saved", { name }),
    onSuccess: () => close(),
  });
  function close(): void {
    save.reset();
    onOpenChange(false);
  }
  return (
    <FormSheet
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={t("editTitle", { name: provider.name })}
      submit={{ form: formId, label: "save", pending: save.isPending }}
    >
      <ProviderFields
        id={formId}
        start={start}
        error={save.error}
        onSubmit={(draft) => save.mutate(patchBody(draft, provider))}
      />
      <VersionConflict
        error={save.error}
        path={`/api/admin/providers/${provider.id}`}
        base={provider}
        mine={save.variables ?? {}}
        pending={save.isPending}
        onKeepMine={(body) => save.mutate(body)}
        onTakeTheirs={close}
        onClose={save.reset}
      />
    </FormSheet>
  );
}

function FormSheet({
  open,
  onOpenChange,
  title,
  description,
  submit,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  submit: { form: string; label: "create" | "save"; pending: boolean } | null;
  children: ReactNode;
}) {
  const tCommon = useTranslations("common");
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{tCommon("cancel")}</Button>
          {submit && (
            <Button type="submit" form={submit.form} variant="primary" pending={submit.pending}>
              {tCommon(submit.label)}
            </Button>
          )}
        </>
      }
    >
      {children}
    </Sheet>
  );
}
