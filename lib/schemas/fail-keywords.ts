import { z } from "zod";
import { type FinishReason, finishReasons, keywordVerdicts } from "../gateway/types.ts";
import { flagInQuery, idText, listQuery, noteText, sortBy, versionLock, whole } from "./common.ts";
import { problem } from "./problems.ts";

/**
 * `empty`: a complete answer that says nothing. `short`: one of fewer than `minCharacters`. `finish_reason`: the model
 * stopped for one of `finishReasons`. `not_json`: a complete answer that is no JSON where the request asked for it.
 * `any`: whatever it says, by its status alone.
 */
export const keywordMatches = [
  "contains",
  "exact",
  "regex",
  "empty",
  "short",
  "finish_reason",
  "not_json",
  "any",
] as const;
export const keywordScopes = ["all", "provider", "group", "deployment"] as const;
/** `start`: only as many characters as are held back of a stream. */
export const keywordParts = ["whole", "start"] as const;
export { finishReasons, keywordVerdicts };

export type KeywordMatch = (typeof keywordMatches)[number];

/** Whether a rule looks for a text, which then has to be given. */
export function looksForText(match: KeywordMatch): boolean {
  return match === "contains" || match === "exact" || match === "regex";
}

/** Whether a rule judges an answer by what is known at its end alone. */
export function judgesEnd(match: KeywordMatch): boolean {
  return match === "finish_reason" || match === "short" || match === "not_json";
}

/** Whether a stored call, of whose answer only the text is kept, tells what a rule looks at. */
export function canReplay(match: KeywordMatch): boolean {
  return looksForText(match) || match === "short" || match === "not_json";
}

/** A rule without a text is called by what it looks for. */
export function ruleName(
  rule: Pick<FailKeywordView, "keyword" | "match" | "finishReasons" | "minCharacters" | "statuses">,
): string {
  const { keyword, match, finishReasons: reasons, minCharacters, statuses } = rule;
  return keyword || [match, ...reasons, ...(minCharacters === null ? [] : [minCharacters]), ...statuses].join(" ");
}

/** How long a deployment rests where a rule does not say it, in seconds. */
export const coolSecondsDefault = 60;

/** The text or pattern looked for. Kept as typed: white space can matter. Patterns are compiled by the server. */
export const keywordText = z
  .string()
  .max(1000)
  .superRefine((value, context) => {
    if (value !== "" && value.trim() === "")
      context.addIssue(problem("required", "Only white space would match every answer."));
    if (value.includes("\0")) context.addIssue(problem("control_characters", "NUL is not allowed."));
  });

/** An HTTP status, or a class of them: `503`, `5xx`. */
export const statusPattern = z.string().regex(/^[1-5](xx|\d\d)$/);

export const keywordFields = {
  description: noteText().optional(),
  match: z.enum(keywordMatches).optional(),
  finishReasons: z.array(z.enum(finishReasons)).max(finishReasons.length).optional(),
  minCharacters: whole(1, 100_000).nullable().optional(),
  caseSensitive: z.boolean().optional(),
  statuses: z.array(statusPattern).max(50).optional(),
  part: z.enum(keywordParts).optional(),
  scope: z.enum(keywordScopes).optional(),
  verdict: z.enum(keywordVerdicts).optional(),
  coolSeconds: whole(1, 86_400).nullable().optional(),
  enabled: z.boolean().optional(),
};

/**
 * A new fail keyword: text which, found in an answer, makes that answer a failure. Rules are asked in their order; the
 * first that fits decides.
 */
export const FailKeywordInput = z.strictObject({
  keyword: keywordText.optional(),
  ...keywordFields,
  targetId: idText.nullable().optional(),
  /** Its place in the order, from 0; absent = the last. */
  position: whole(0, 100_000).optional(),
});
export type FailKeywordInput = z.infer<typeof FailKeywordInput>;

export const FailKeywordPatch = z.strictObject({
  keyword: keywordText.optional(),
  ...keywordFields,
  targetId: idText.nullable().optional(),
  version: versionLock,
});
export type FailKeywordPatch = z.infer<typeof FailKeywordPatch>;

/** The ids of all rules, in the order in which they are to be asked. */
export const FailKeywordOrder = z.strictObject({ ids: z.array(idText).max(10_000) });
export type FailKeywordOrder = z.infer<typeof FailKeywordOrder>;

export const FailKeywordListQuery = z.strictObject({
  ...listQuery,
  sort: sortBy("position", "keyword", "hits", "createdAt", "lastTriggeredAt"),
  scope: z.enum(keywordScopes).optional(),
  enabled: flagInQuery.optional(),
});
export type FailKeywordListQuery = z.infer<typeof FailKeywordListQuery>;

const pasted = z.string().max(200_000);

/**
 * Try keywords without changing anything: on `text`, `texts`, the stored answer of the call `callId`, or on `answer`, a
 * body as a provider sends it (JSON or a stream of events, read as the gateway reads it), with the saved keywords or
 * with the ones given here. `everywhere` = also those that are limited to a place which is not named.
 */
export const FailKeywordTestInput = z
  .strictObject({
    text: pasted.optional(),
    texts: z.array(pasted).max(50).optional(),
    answer: z.string().max(1_000_000).optional(),
    callId: idText.optional(),
    status: whole(100, 599).optional(),
    keywords: z.array(FailKeywordInput).max(200).optional(),
    everywhere: z.boolean().optional(),
    providerId: idText.optional(),
    groupId: idText.optional(),
    deploymentId: idText.optional(),
  })
  .superRefine((input, context) => {
    const given = [input.text, input.texts, input.answer, input.callId].filter((one) => one !== undefined).length;
    if (given === 0)
      context.addIssue({ ...problem("required", "Give text, texts, answer or callId."), path: ["text"] });
    if (given > 1) {
      context.addIssue({
        ...problem("not_together", "Give one of text, texts, answer and callId.", { other: "text" }),
        path: ["text"],
      });
    }
  });
export type FailKeywordTestInput = z.infer<typeof FailKeywordTestInput>;

/** A fail keyword as the management API shows it. */
export type FailKeywordView = {
  id: string;
  /** Its place in the order, from 0. */
  position: number;
  keyword: string;
  description: string;
  match: KeywordMatch;
  /** Of `finish_reason`. */
  finishReasons: FinishReason[];
  /** Of `short`. */
  minCharacters: number | null;
  caseSensitive: boolean;
  statuses: string[];
  part: (typeof keywordParts)[number];
  scope: (typeof keywordScopes)[number];
  targetId: string | null;
  /** Name of the provider, group or deployment it is limited to; null for `all` and for a target that no longer exists. */
  targetName: string | null;
  /** The provider of the deployment it is limited to. */
  targetProviderId: string | null;
  verdict: (typeof keywordVerdicts)[number];
  coolSeconds: number | null;
  enabled: boolean;
  hits: number;
  lastTriggeredAt: string | null;
  /** The call in which it was met last. */
  lastCallId: string | null;
  /** Hits of the last 24 hours by hour, the current one last. */
  hitsByHour: number[];
  version: number;
  createdAt: string;
  updatedAt: string;
};

/** What one rule makes of one text. `start` and `end` are characters of it. */
export type KeywordTrial = {
  keywordId: string | null;
  /** Its place among the rules tried. */
  index: number;
  /** It is meant for the place the answer comes from. */
  applies: boolean;
  matched: boolean;
  start: number;
  end: number;
  /** Found already in what is held back of a live stream. */
  inStream: boolean;
};

/**
 * Which keywords would fire on which text; `excerpt` is the found text with what stands around it. `winner` is the place
 * of the rule that decides, null = none.
 */
export type FailKeywordTestResult = {
  results: {
    text: string;
    /** How what was given was read. */
    format: AnswerForm;
    stream: boolean;
    /** The text is that of an error. */
    isError: boolean;
    matched: boolean;
    matches: { keywordId: string | null; keyword: string; match: string; excerpt: string }[];
    trials: KeywordTrial[];
    winner: number | null;
  }[];
};

/** The forms in which an answer can be pasted. */
export type AnswerForm = "text" | "openai-chat" | "openai-responses" | "anthropic-messages" | "gemini";

/** Answers of so many days are looked at by a replay. */
export const replayDays = 7;

/** Which stored answers of the last days a rule would have caught. */
export const KeywordReplayInput = z.strictObject({ rule: FailKeywordInput });
export type KeywordReplayInput = z.infer<typeof KeywordReplayInput>;

export const keywordReplayStates = ["running", "done", "out_of_time", "cancelled", "failed"] as const;

/** How far a replay is, and what it found: the newest answers first. */
export type KeywordReplay = {
  id: string;
  state: (typeof keywordReplayStates)[number];
  days: number;
  /** Answers of these days, those of them whose text is stored, and those that were looked at. */
  answers: number;
  stored: number;
  looked: number;
  /** Those the rule is not meant for are among the ones looked at. */
  caught: number;
  /** Complete and long: likely good answers. */
  good: number;
  /** From so many characters on an answer that is complete counts as long. */
  goodCharacters: number;
  found: {
    callId: string;
    at: string;
    outcome: string;
    group: string | null;
    provider: string | null;
    characters: number;
    good: boolean;
    excerpt: string | null;
  }[];
};
