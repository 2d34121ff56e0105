"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState } from "react";
import { api, isApiError, useErrorText, useFieldErrors } from "@/components/api-client";
import { NewPasswordField } from "@/components/new-password-field";
import { rememberBrowserTimeZone, signIn } from "@/components/sign-in";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { UsernameField } from "../username-field";

const codeReasons = ["wrong_code", "code_expired", "code_used_up"] as const;

/** What the server says about the code, as the set-up messages name it. */
function codeReason(error: unknown): (typeof codeReasons)[number] | null {
  if (!isApiError(error) || typeof error.details !== "object" || error.details === null) return null;
  const reason = "reason" in error.details ? error.details.reason : null;
  return codeReasons.find((known) => known === reason) ?? null;
}

export function SetupForm() {
  const t = useTranslations("setup");
  const errorText = useErrorText();
  const [code, setCode] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fieldError = useFieldErrors(error);
  const reason = codeReason(error);
  useEffect(rememberBrowserTimeZone, []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setError(null);
    try {
      await api.post("/api/setup", { code, username, password });
      const result = await signIn(username.trim(), password);
      window.location.assign(result.ok ? "/" : "/login");
    } catch (problem) {
      setError(problem);
      setPending(false);
    }
  }

  const formProblem =
    error === null || reason !== null || (isApiError(error) && error.fields.length > 0) ? null : errorText(error);
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <FormError>{formProblem}</FormError>
      <Field label={t("code")} hint={t("codeHint")} error={reason ? t(reason) : fieldError("code")}>
        <Input
          name="code"
          mono
          value={code}
          onValueChange={setCode}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          required
          maxLength={60}
          placeholder="XXXX-XXXX-XXXX"
          autoFocus
        />
      </Field>
      <UsernameField value={username} onValueChange={setUsername} error={fieldError("username")} />
      <NewPasswordField
        label={t("password")}
        value={password}
        onValueChange={setPassword}
        error={fieldError("password")}
      />
      <Button type="submit" variant="primary" pending={pending} className="mt-1">
        {t("submit")}
      </Button>
    </form>
  );
}
