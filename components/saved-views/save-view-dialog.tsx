"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import type { SavedViewView, ViewPage } from "@/lib/schemas/views";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { Checkbox } from "../ui/checkbox";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { Input } from "../ui/input";

/** Asks for the name of a filter, and who is to see it. */
export function SaveViewDialog({
  page,
  query,
  mayShare,
  onClose,
  onSaved,
}: {
  page: ViewPage;
  query: string;
  mayShare: boolean;
  onClose: () => void;
  onSaved: (view: SavedViewView) => void;
}) {
  const t = useTranslations("savedViews");
  const tCommon = useTranslations("common");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const check = useId();
  const save = useApiMutation({
    mutationFn: () => api.post<SavedViewView>("/api/admin/views", { page, name, query, shared }),
    refresh: false,
    success: (view) => t("saved", { name: view.name }),
    onSuccess: (view) => {
      onSaved(view);
      onClose();
    },
  });
  const fieldError = useFieldErrors(save.error);
  return (
    <FormDialog
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("saveTitle")}
      description={t("saveBody")}
      submitLabel={tCommon("save")}
      pending={save.isPending}
      onSubmit={save.mutate}
    >
      <Field label={t("name")} error={fieldError("name")}>
        <Input value={name} onValueChange={setName} maxLength={60} required autoFocus autoComplete="off" />
      </Field>
      {mayShare && (
        <div className="flex items-center gap-2 text-body">
          <Checkbox id={check} checked={shared} onCheckedChange={setShared} />
          <label htmlFor={check}>{t("share")}</label>
        </div>
      )}
    </FormDialog>
  );
}
