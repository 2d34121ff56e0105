"use client";

import { useTranslations } from "next-intl";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";

type Rule = Pick<FailKeywordView, "keyword" | "match" | "statuses">;

/** What a rule looks for, in words: for names of rows, actions and toasts. */
export function useRuleWords(): (rule: Rule) => string {
  const t = useTranslations("failKeywords");
  return ({ keyword, match, statuses }) => {
    if (match === "empty") return t("match.empty");
    if (match === "any") return t("statusIs", { statuses: statuses.join(", ") });
    return keyword;
  };
}
