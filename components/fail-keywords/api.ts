import type { FailKeywordInput, FailKeywordView } from "@/lib/schemas/fail-keywords";

export const keywordsKey = ["fail-keywords"] as const;
export const keywordsPath = "/api/admin/fail-keywords";

/** What the form holds: a rule with every field said. */
export type Draft = Required<Omit<FailKeywordInput, "position">>;

export const blankDraft: Draft = {
  keyword: "",
  description: "",
  match: "contains",
  finishReasons: [],
  minCharacters: null,
  caseSensitive: false,
  statuses: [],
  part: "whole",
  scope: "all",
  targetId: null,
  verdict: "failover",
  coolSeconds: null,
  enabled: true,
};

export function draftOf(rule: FailKeywordView): Draft {
  const { keyword, description, match, caseSensitive, statuses, part, scope, targetId } = rule;
  const { verdict, coolSeconds, enabled, finishReasons, minCharacters } = rule;
  return {
    ...{ keyword, description, match, finishReasons, minCharacters, caseSensitive, statuses, part, scope, targetId },
    ...{ verdict, coolSeconds, enabled },
  };
}

/** The settings that say how much of a stream is held back. */
export type Holdback = { characters: number; ms: number };
