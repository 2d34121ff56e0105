import type { FailKeywordInput, FailKeywordView } from "@/lib/schemas/fail-keywords";

/** Rules that most installations want, for one click each. Providers word their excuses in English. */
export const starters = {
  quota: {
    keyword: "(quota|credits?|balance).{0,40}(exceeded|used up|exhausted)|insufficient (quota|credits?|balance)",
    match: "regex",
    part: "start",
  },
  overloaded: {
    keyword: "(overloaded|at capacity|too many requests|temporarily unavailable)",
    match: "regex",
    part: "start",
  },
  policy: {
    keyword: "(violates?|against) (our|the) (content|usage) polic(y|ies)",
    match: "regex",
    part: "start",
    enabled: false,
  },
  empty: { match: "empty" },
} as const satisfies Record<string, FailKeywordInput>;

export const starterNames = ["quota", "overloaded", "policy", "empty"] as const;
export type StarterName = (typeof starterNames)[number];

/** Whether a rule looks for what this starter does. */
export function isStarter({ keyword, match }: Pick<FailKeywordView, "keyword" | "match">, name: StarterName): boolean {
  const starter: FailKeywordInput = starters[name];
  return match === starter.match && keyword === (starter.keyword ?? "");
}
