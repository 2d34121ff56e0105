"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { NewPasswordField } from "../new-password-field";
import { signIn } from "../sign-in";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { PasswordInput } from "../ui/input";

export function PasswordCard({ username }: { username: string }) {
  const t = useTranslations("settings.security");
  const router = useRouter();
  const formId = useId();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useApiMutation({
    mutationFn: async () => {
      await api.post("/api/auth/password", { current, next });
      // The change has ended this session too; the new password opens another one.
      const signedIn = await signIn(username, next);
      if (!signedIn.ok) window.location.assign("/login?changed=1");
    },
    onSuccess: () => {
      setCurrent("");
      setNext("");
      router.refresh();
    },
    refresh: false,
    success: () => ({ title: t("passwordChanged"), description: t("passwordChangedBody") }),
  });
  const fieldError = useFieldErrors(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  return (
    <Card
      title={t("passwordTitle")}
      description={t("passwordHint")}
      footer={
        <Button type="submit" form={formId} pending={change.isPending} disabled={current === "" || next === ""}>
          {t("passwordSubmit")}
        </Button>
      }
    >
      <form id={formId} onSubmit={submit} className="flex max-w-100 flex-col gap-4">
        {/* For password managers: which account the new password belongs to. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <Field label={t("passwordCurrent")} error={fieldError("current")}>
          <PasswordInput value={current} onValueChange={setCurrent} autoComplete="current-password" />
        </Field>
        <NewPasswordField label={t("passwordNext")} value={next} onValueChange={setNext} error={fieldError("next")} />
      </form>
    </Card>
  );
}
