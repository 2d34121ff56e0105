"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { graceHours, type KeyView, type KeyWithSecret } from "@/lib/schemas/keys";

type Grace = (typeof graceHours)[number];
const defaultGrace: Grace = 24;

/** Gives a key a new secret, with a time in which the old one still works. */
export function RotateDialog({
  subject,
  onClose,
  onRotated,
}: {
  subject: KeyView | null;
  onClose: () => void;
  onRotated: (key: KeyWithSecret) => void;
}) {
  const t = useTranslations("keys.rotation");
  const tCommon = useTranslations("common");
  const [grace, setGrace] = useState<Grace>(defaultGrace);
  const rotate = useApiMutation({
    mutationFn: (id: string) => api.post<KeyWithSecret>(`/api/admin/keys/${id}/rotate`, { graceHours: grace }),
    invalidate: [["keys"]],
    onSuccess: (key) => {
      close();
      onRotated(key);
    },
  });
  function close(): void {
    setGrace(defaultGrace);
    onClose();
  }
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title={t("title", { name: subject?.name ?? "" })}
      description={t("body")}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            pending={rotate.isPending}
            onClick={() => {
              if (subject) rotate.mutate(subject.id);
            }}
          >
            {t("submit")}
          </Button>
        </>
      }
    >
      <Field label={t("grace")}>
        <Select
          value={String(grace)}
          onValueChange={(value) => setGrace(graceHours.find((hours) => String(hours) === value) ?? defaultGrace)}
          options={graceHours.map((hours) => ({ value: String(hours), label: t(`grace${hours}`) }))}
        />
      </Field>
    </Dialog>
  );
}
