"use client";

import { useTranslations } from "next-intl";
import { minPasswordCharacters } from "@/lib/schemas/password-rules";
import { PasswordMeter } from "./password-meter";
import { Field } from "./ui/field";
import { PasswordInput } from "./ui/input";

/** Where a password is chosen: how long it has to be, and how good it is. Needs the `setup` messages. */
export function NewPasswordField({
  label,
  value,
  onValueChange,
  error,
}: {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  error: string | undefined;
}) {
  const t = useTranslations("setup");
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} hint={t("passwordHint", { count: minPasswordCharacters })} error={error}>
        <PasswordInput
          name="password"
          value={value}
          onValueChange={onValueChange}
          autoComplete="new-password"
          required
        />
      </Field>
      <PasswordMeter password={value} minCharacters={minPasswordCharacters} />
    </div>
  );
}
