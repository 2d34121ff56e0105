"use client";

import { useTranslations } from "next-intl";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** The name somebody chooses to sign in with. Needs the `setup` messages. */
export function UsernameField({
  value,
  onValueChange,
  error,
  autoFocus,
}: {
  value: string;
  onValueChange: (value: string) => void;
  error: string | undefined;
  autoFocus?: boolean;
}) {
  const t = useTranslations("setup");
  return (
    <Field label={t("username")} hint={t("usernameHint")} error={error}>
      <Input
        name="username"
        value={value}
        onValueChange={onValueChange}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={64}
        autoFocus={autoFocus}
      />
    </Field>
  );
}
