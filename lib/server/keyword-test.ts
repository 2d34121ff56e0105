import { recordAct } from "../db/audit.ts";
import { listFailKeywords, requireGoodPattern } from "../db/fail-keywords.ts";
import { fieldError } from "../db/field-error.ts";
import { storedAnswer } from "../db/logs.ts";
import { matcherOf } from "../gateway/keywords.ts";
import type { CatalogKeyword } from "../gateway/types.ts";
import type { FailKeywordTestInput, FailKeywordTestResult } from "../schemas/fail-keywords.ts";
import type { Caller } from "./caller.ts";

type Trial = { id: string | null; rule: CatalogKeyword };
type Subject = { texts: string[]; providerId: string | null; groupId: string | null };

async function trials(input: FailKeywordTestInput): Promise<Trial[]> {
  if (input.keywords) {
    return input.keywords.map((keyword, index) => {
      requireGoodPattern(keyword, `keywords[${index}].keyword`);
      const { match = "contains", caseSensitive = false, scope = "all", targetId = null } = keyword;
      return { id: null, rule: { id: String(index), keyword: keyword.keyword, match, caseSensitive, scope, targetId } };
    });
  }
  const { items } = await listFailKeywords({ enabled: true, limit: 10_000 });
  return items.map(({ id, keyword, match, caseSensitive, scope, targetId }) => ({
    id,
    rule: { id, keyword, match, caseSensitive, scope, targetId },
  }));
}

async function subject(input: FailKeywordTestInput, caller: Caller): Promise<Subject> {
  const { providerId = null, groupId = null } = input;
  if (input.callId === undefined) return { texts: input.texts ?? [input.text ?? ""], providerId, groupId };
  const answer = await storedAnswer(input.callId);
  await recordAct({ actor: caller.actor, action: "read_bodies", target: { type: "call", id: answer.id, name: null } });
  if (answer.text === null) throw fieldError("callId", "bad_value", "The answer of this call was not stored.");
  return { texts: [answer.text], providerId: providerId ?? answer.providerId, groupId: groupId ?? answer.groupId };
}

/** A rule with a target counts only where that target is known to be meant. */
function applies({ scope, targetId }: CatalogKeyword, { providerId, groupId }: Subject): boolean {
  if (scope === "all") return true;
  return targetId !== null && targetId === (scope === "provider" ? providerId : groupId);
}

/** Which keywords would fire on which texts, by the data plane's own matcher. Changes nothing. */
export async function testKeywords(input: FailKeywordTestInput, caller: Caller): Promise<FailKeywordTestResult> {
  const about = await subject(input, caller);
  const rules = (await trials(input)).filter(({ rule }) => applies(rule, about));
  return {
    results: about.texts.map((text) => {
      const matches = rules.flatMap(({ id, rule }) => {
        const hit = matcherOf([rule]).find(text, true);
        return hit ? [{ keywordId: id, keyword: rule.keyword, match: rule.match, excerpt: hit.matched }] : [];
      });
      return { text, matched: matches.length > 0, matches };
    }),
  };
}
