"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { api, isApiError, useErrorText } from "@/components/api-client";
import { rememberBrowserTimeZone } from "@/components/sign-in";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { PasswordInput } from "@/components/ui/input";

export function PortalLoginForm() {
  const t = useTranslations("portal.login");
  const tLogin = useTranslations("login");
  const errorText = useErrorText();
  const [key, setKey] = useState("");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const textOf = (error: unknown) => {
    if (!isApiError(error) || error.code !== "rate_limit_exceeded") return errorText(error);
    const seconds = error.retryAfterSeconds ?? 60;
    if (seconds <= 90) return tLogin("throttled", { seconds });
    return tLogin("throttledMinutes", { minutes: Math.ceil(seconds / 60) });
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setProblem(null);
    try {
      rememberBrowserTimeZone();
      await api.post("/api/portal/session", { key });
      // A full load, so that neither the key nor anything rendered for a visitor stays in the page's memory.
      window.location.assign("/portal");
    } catch (error) {
      setProblem(textOf(error));
      setPending(false);
    }
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <FormError>{problem}</FormError>
      <Field label={t("key")} hint={t("keyHint")}>
        <PasswordInput
          name="key"
          value={key}
          onValueChange={setKey}
          autoComplete="off"
          placeholder="sk-…"
          required
          maxLength={512}
          autoFocus
        />
      </Field>
      <Button type="submit" variant="primary" pending={pending} className="mt-1">
        {tLogin("submit")}
      </Button>
    </form>
  );
}
