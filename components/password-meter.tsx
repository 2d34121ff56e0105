"use client";

import { useTranslations } from "next-intl";
import { passwordStrength } from "./password-strength";
import { cn } from "./ui/cn";

const fills = ["bg-state-down", "bg-state-degraded", "bg-state-ready", "bg-state-ready"];

/** Three bars and a word, under a field where a password is chosen. Needs the `setup` messages. */
export function PasswordMeter({ password, minCharacters }: { password: string; minCharacters: number }) {
  const t = useTranslations("setup");
  const { level, missingCharacters, isCommon } = passwordStrength(password, minCharacters);
  const words = [
    isCommon ? t("strengthCommon") : t("strengthShort", { count: missingCharacters }),
    t("strengthFair"),
    t("strengthGood"),
    t("strengthStrong"),
  ];
  if (password === "") return null;
  return (
    <div className="flex items-center gap-3">
      <div aria-hidden className="grid flex-1 grid-cols-3 gap-1">
        {[1, 2, 3].map((bar) => (
          <span key={bar} className={cn("h-1 rounded-full", bar <= level ? fills[level] : "bg-border")} />
        ))}
      </div>
      <span aria-live="polite" className="text-caption text-muted-foreground">
        <span className="sr-only">{t("strength")} </span>
        {words[level]}
      </span>
    </div>
  );
}
