"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { api, isApiError, useErrorText, useFieldErrors } from "@/components/api-client";
import { NewPasswordField } from "@/components/new-password-field";
import { signIn } from "@/components/sign-in";
import { Button } from "@/components/ui/button";
import { FormError } from "@/components/ui/form-error";
import type { InviteView } from "@/lib/schemas/users";
import { UsernameField } from "../../username-field";

export function InviteForm({ token, kind, suggested }: { token: string; kind: InviteView["kind"]; suggested: string }) {
  const t = useTranslations("invite");
  const tSetup = useTranslations("setup");
  const errorText = useErrorText();
  const [username, setUsername] = useState(suggested);
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fieldError = useFieldErrors(error);
  const isAccount = kind === "account";

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setError(null);
    try {
      const made = await api.post<{ username: string }>("/api/invite", {
        token,
        password,
        ...(isAccount && { username: username.trim() }),
      });
      const result = await signIn(made.username, password);
      window.location.assign(result.ok ? "/" : "/login?changed=1");
    } catch (problem) {
      setError(problem);
      setPending(false);
    }
  }

  const formProblem = error === null || (isApiError(error) && error.fields.length > 0) ? null : errorText(error);
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <FormError>{formProblem}</FormError>
      {isAccount ? (
        <UsernameField value={username} onValueChange={setUsername} error={fieldError("username")} autoFocus />
      ) : (
        <input type="text" name="username" autoComplete="username" value={suggested} readOnly hidden />
      )}
      <NewPasswordField
        label={isAccount ? tSetup("password") : t("newPassword")}
        value={password}
        onValueChange={setPassword}
        error={fieldError("password")}
      />
      <Button type="submit" variant="primary" pending={pending} className="mt-1">
        {isAccount ? t("accountSubmit") : t("passwordSubmit")}
      </Button>
    </form>
  );
}
