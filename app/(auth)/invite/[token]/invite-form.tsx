"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { api, isApiError, useErrorText, useFieldErrors } from "@/components/api-client";
import { PasswordMeter } from "@/components/password-meter";
import { signIn } from "@/components/sign-in";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input, PasswordInput } from "@/components/ui/input";
import type { InviteView } from "@/lib/schemas/users";

const minPasswordCharacters = 10;

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
        <Field label={tSetup("username")} hint={tSetup("usernameHint")} error={fieldError("username")}>
          <Input
            name="username"
            value={username}
            onValueChange={setUsername}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={64}
            autoFocus
          />
        </Field>
      ) : (
        <input type="text" name="username" autoComplete="username" value={suggested} readOnly hidden />
      )}
      <div className="flex flex-col gap-2">
        <Field
          label={isAccount ? tSetup("password") : t("newPassword")}
          hint={tSetup("passwordHint", { count: minPasswordCharacters })}
          error={fieldError("password")}
        >
          <PasswordInput
            name="password"
            value={password}
            onValueChange={setPassword}
            autoComplete="new-password"
            required
          />
        </Field>
        <PasswordMeter password={password} minCharacters={minPasswordCharacters} />
      </div>
      <Button type="submit" variant="primary" pending={pending} className="mt-1">
        {isAccount ? t("accountSubmit") : t("passwordSubmit")}
      </Button>
    </form>
  );
}
