"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { AlertsView } from "@/lib/schemas/alerts";
import { api, useApiMutation, useErrorText, useFieldErrors } from "../../api-client";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { FormError } from "../../ui/form-error";
import { useUnsavedGuard } from "../../unsaved-guard";

export type AlertsCardProps = { alerts: AlertsView; onSaved: (alerts: AlertsView) => void };

/**
 * A card of the alert settings: a draft of its values, saved as the patch they make. The draft begins anew with what
 * was saved, or with what somebody else saved meanwhile.
 */
export function DraftCard<Draft extends object>({
  alerts,
  onSaved,
  draftOf,
  patchOf,
  title,
  description,
  status,
  actions,
  children,
}: AlertsCardProps & {
  draftOf: (alerts: AlertsView) => Draft;
  patchOf: (draft: Draft) => object;
  title: string;
  description: string;
  /** Under the fields, for instance how the last message went. */
  status?: ReactNode;
  actions?: (dirty: boolean) => ReactNode;
  children: (form: {
    draft: Draft;
    set: (changes: Partial<Draft>) => void;
    error: (path: string) => string | undefined;
  }) => ReactNode;
}) {
  const t = useTranslations("common");
  const errorText = useErrorText();
  const formId = useId();
  const [{ version, draft }, setDraft] = useState({ version: alerts.version, draft: draftOf(alerts) });
  const stored = draftOf(alerts);
  const dirty = JSON.stringify(draft) !== JSON.stringify(stored);
  if (!dirty && version !== alerts.version) setDraft({ version: alerts.version, draft: stored });
  useUnsavedGuard(dirty);
  const save = useApiMutation({
    mutationFn: () => api.patch<AlertsView>("/api/admin/alerts", { ...patchOf(draft), version: alerts.version }),
    onSuccess: (answer) => {
      onSaved(answer);
      setDraft({ version: answer.version, draft: draftOf(answer) });
    },
    success: () => t("saved"),
    refresh: false,
  });
  const takeTheirs = async () => {
    const theirs = await api.get<AlertsView>("/api/admin/alerts");
    onSaved(theirs);
    setDraft({ version: theirs.version, draft: draftOf(theirs) });
    save.reset();
  };
  const error = useFieldErrors(save.error);
  const conflict = save.error !== null && "code" in save.error && save.error.code === "conflict";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (dirty && !save.isPending) save.mutate();
  };
  return (
    <Card
      title={title}
      description={description}
      footer={
        <>
          {dirty && (
            <>
              <span className="me-auto text-muted-foreground text-small">{t("unsavedChanges")}</span>
              <Button onClick={() => setDraft({ version: alerts.version, draft: stored })}>{t("discard")}</Button>
            </>
          )}
          {actions?.(dirty)}
          <Button
            type="submit"
            form={formId}
            variant={dirty ? "primary" : "secondary"}
            disabled={!dirty}
            pending={save.isPending}
          >
            {t("save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex max-w-form flex-col gap-5">
        {conflict && (
          <div className="flex flex-col items-start gap-2">
            <FormError>{errorText(save.error)}</FormError>
            <Button onClick={() => void takeTheirs()}>{t("loadAgain")}</Button>
          </div>
        )}
        {children({
          draft,
          set: (changes) => setDraft({ version, draft: { ...draft, ...changes } }),
          error: (path) => error(path),
        })}
        {status}
      </form>
    </Card>
  );
}
