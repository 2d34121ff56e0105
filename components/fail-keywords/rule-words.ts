"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";

type Rule = Pick<FailKeywordView, "keyword" | "match" | "finishReasons" | "minCharacters" | "statuses">;

/** What a rule looks for, in words: for names of rows, actions and toasts. */
export function useRuleWords(): (rule: Rule) => string {
  const t = useTranslations("failKeywords");
  const format = useFormatter();
  return ({ keyword, match, finishReasons, minCharacters, statuses }) => {
    switch (match) {
      case "empty":
      case "not_json":
        return t(`match.${match}`);
      case "any":
        return t("statusIs", { statuses: statuses.join(", ") });
      case "short":
        return t("shortIs", { characters: minCharacters ?? 0 });
      case "finish_reason":
        return format.list(
          finishReasons.map((reason) => t(`finishReason.${reason}`)),
          { type: "disjunction" },
        );
      default:
        return keyword;
    }
  };
}
