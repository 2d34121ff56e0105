"use client";

import { useTranslations } from "next-intl";
import { actorTypes, auditActions, auditTargets } from "@/lib/schemas/audit-terms";

/** Parts of the product that act by themselves, under the names the audit log has for them. */
const systemActors = {
  setup: "setup",
  environment: "environment",
  "provider file": "providerFile",
  retention: "retention",
  "model sync": "modelSync",
} as const;

const isOneOf = <Word extends string>(words: readonly Word[], text: string): text is Word =>
  words.some((word) => word === text);

/** The words of an entry. A code this console does not know is shown as it is. */
export function useEntryWords() {
  const t = useTranslations("audit");
  return {
    action: (code: string) => (isOneOf(auditActions, code) ? t(`action.${code}`) : code),
    target: (code: string) => (isOneOf(auditTargets, code) ? t(`target.${code}`) : code),
    actorType: (code: string) => (isOneOf(actorTypes, code) ? t(`actorType.${code}`) : code),
    /** Who, and what kind of somebody where the name alone does not say it. */
    actor: ({ type, name }: { type: string; name: string }): { name: string; kind: string | null } => {
      if (type === "user") return { name, kind: null };
      if (type !== "system") return { name, kind: isOneOf(actorTypes, type) ? t(`actorType.${type}`) : type };
      const part = Object.hasOwn(systemActors, name) ? systemActors[name as keyof typeof systemActors] : null;
      return part === null
        ? { name: t("systemFor", { name }), kind: t("actorType.system") }
        : { name: t(`system.${part}`), kind: t("actorType.system") };
    },
  };
}
