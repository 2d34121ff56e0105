"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { type SignInResult, signIn } from "@/components/sign-in";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input, PasswordInput } from "@/components/ui/input";

export function LoginForm({ next }: { next: string }) {
  const t = useTranslations("login");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  /** Null until the server has asked for a second factor. */
  const [code, setCode] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const textOf = (result: Exclude<SignInResult, { ok: true }>) => {
    if (result.reason !== "throttled") return t(result.reason === "code_wrong" ? "codeWrong" : "refused");
    if (result.seconds <= 90) return t("throttled", { seconds: result.seconds });
    return t("throttledMinutes", { minutes: Math.ceil(result.seconds / 60) });
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setProblem(null);
    try {
      const result = await signIn(username, password, code ?? undefined);
      if (result.ok) {
        // A full load, so that nothing rendered for a visitor stays in the page's memory.
        window.location.assign(next);
        return;
      }
      if (result.reason === "code_needed") setCode("");
      else setProblem(textOf(result));
    } catch {
      setProblem(t("failed"));
    }
    setPending(false);
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <FormError>{problem}</FormError>
      {code === null ? (
        <>
          <Field label={t("username")}>
            <Input
              name="username"
              value={username}
              onValueChange={setUsername}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              maxLength={200}
              autoFocus
            />
          </Field>
          <Field label={t("password")}>
            <PasswordInput
              name="password"
              value={password}
              onValueChange={setPassword}
              autoComplete="current-password"
              required
            />
          </Field>
        </>
      ) : (
        <>
          {/* For password managers: whose code is asked for. */}
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <Field label={t("code")} hint={t("codeHint")}>
            <Input
              name="code"
              mono
              value={code}
              onValueChange={setCode}
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              required
              maxLength={40}
              autoFocus
            />
          </Field>
        </>
      )}
      <Button type="submit" variant="primary" pending={pending} className="mt-1">
        {t("submit")}
      </Button>
      {code !== null && (
        <Button
          onClick={() => {
            setCode(null);
            setProblem(null);
          }}
        >
          {t("back")}
        </Button>
      )}
    </form>
  );
}
