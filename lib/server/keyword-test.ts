import { recordAct } from "../db/audit.ts";
import { listFailKeywords, requireWholeRule } from "../db/fail-keywords.ts";
import { fieldError } from "../db/field-error.ts";
import { storedAnswer } from "../db/logs.ts";
import { readSettings } from "../db/settings.ts";
import { appliesTo, type Look, matcherOf } from "../gateway/keywords.ts";
import { type PastedAnswer, plainAnswer, readPastedAnswer } from "../gateway/pasted-answer.ts";
import type { CatalogKeyword } from "../gateway/types.ts";
import type {
  FailKeywordInput,
  FailKeywordTestInput,
  FailKeywordTestResult,
  KeywordTrial,
} from "../schemas/fail-keywords.ts";
import type { Caller } from "./caller.ts";

type Trial = { id: string | null; rule: CatalogKeyword };
type Place = { providerId: string | null; groupId: string | null; deploymentId: string | null };
type Subject = { answers: PastedAnswer[]; place: Place };

/** A rule of the management API as the data plane has it. */
export function asCatalogKeyword(id: string, rule: FailKeywordInput): CatalogKeyword {
  const { keyword = "", match = "contains", caseSensitive = false, scope = "all", targetId = null } = rule;
  const { statuses = [], part = "whole", verdict = "failover", coolSeconds = null } = rule;
  const { finishReasons = [], minCharacters = null } = rule;
  return {
    ...{ id, keyword, match, finishReasons, minCharacters, caseSensitive, statuses, part },
    ...{ scope, targetId, verdict, coolSeconds },
  };
}

async function trials(input: FailKeywordTestInput): Promise<Trial[]> {
  if (input.keywords) {
    return input.keywords.map((keyword, index) => {
      requireWholeRule(keyword, `keywords[${index}].`);
      return { id: null, rule: asCatalogKeyword(String(index), keyword) };
    });
  }
  const { items } = await listFailKeywords({ enabled: true, limit: 10_000 });
  return items.map((item) => ({ id: item.id, rule: asCatalogKeyword(item.id, item) }));
}

async function subject(input: FailKeywordTestInput, caller: Caller): Promise<Subject> {
  const { providerId = null, groupId = null, deploymentId = null } = input;
  const place = { providerId, groupId, deploymentId };
  if (input.answer !== undefined) return { answers: [readPastedAnswer(input.answer)], place };
  if (input.callId === undefined) return { answers: (input.texts ?? [input.text ?? ""]).map(plainAnswer), place };
  caller.require("bodies");
  const answer = await storedAnswer(input.callId);
  await recordAct({ actor: caller.actor, action: "read_bodies", target: { type: "call", id: answer.id, name: null } });
  if (answer.text === null) throw fieldError("callId", "bad_value", "The answer of this call was not stored.");
  return {
    answers: [plainAnswer(answer.text)],
    place: {
      providerId: providerId ?? answer.providerId,
      groupId: groupId ?? answer.groupId,
      deploymentId: deploymentId ?? answer.deploymentId,
    },
  };
}

/** A rule with a target counts only where that target is known to be meant. */
function isMeant({ scope, targetId }: CatalogKeyword, { providerId, groupId, deploymentId }: Place): boolean {
  if (scope !== "all" && targetId === null) return false;
  const place = { providerId: providerId ?? "", groupId: groupId ?? "", deploymentId: deploymentId ?? "" };
  return appliesTo({ scope, targetId }, place);
}

/** Which keywords would fire on which answers, by the data plane's own matcher. Changes nothing. */
export async function testKeywords(input: FailKeywordTestInput, caller: Caller): Promise<FailKeywordTestResult> {
  const { answers, place } = await subject(input, caller);
  const { holdbackCharacters } = await readSettings();
  const tried = (await trials(input)).map(({ id, rule }, index) => ({
    ...{ id, rule, index },
    applies: input.everywhere === true || isMeant(rule, place),
    matcher: matcherOf([rule], holdbackCharacters),
  }));
  return {
    results: answers.map(({ form, stream, text, isError, more, finishes }) => {
      const look: Look = {
        ...{ text, status: input.status ?? 200, complete: true, last: true, more, finishes },
        // Of a pasted answer nobody knows what was asked: it is tried as if JSON had been.
        asksJson: () => true,
      };
      const held = text.slice(0, holdbackCharacters);
      const isHeld = held.length === text.length;
      // Why a stream finished is known at its end.
      const begun: Look = { ...look, text: held, complete: isHeld, finishes: isHeld || !finishes ? finishes : [] };
      const results = tried.map(({ id, index, rule, applies, matcher }) => {
        const hit = matcher.find(look);
        const trial: KeywordTrial = {
          ...{ keywordId: id, index, applies, matched: hit !== null, start: hit?.start ?? 0, end: hit?.end ?? 0 },
          // Who only tags may still do so at the end of a stream that has long begun to go out.
          inStream: hit !== null && (matcher.find(begun) ?? matcher.findTag(look)) !== null,
        };
        return { trial, rule, excerpt: hit?.matched ?? "" };
      });
      const met = results.filter(({ trial }) => trial.applies && trial.matched);
      return {
        ...{ text, format: form, stream, isError, matched: met.length > 0 },
        matches: met.map(({ trial: { keywordId }, rule: { keyword, match }, excerpt }) => ({
          ...{ keywordId, keyword, match, excerpt },
        })),
        trials: results.map(({ trial }) => trial),
        winner: met[0]?.trial.index ?? null,
      };
    }),
  };
}
