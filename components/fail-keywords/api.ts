import type { FailKeywordView } from "@/lib/schemas/fail-keywords";

export const keywordsKey = ["fail-keywords"] as const;
export const keywordsPath = "/api/admin/fail-keywords";

export type KeywordMatch = FailKeywordView["match"];
export type KeywordScope = FailKeywordView["scope"];
