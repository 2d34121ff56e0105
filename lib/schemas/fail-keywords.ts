import { z } from "zod";
import { flagInQuery, idText, listQuery, noteText, sortBy, versionLock } from "./common.ts";
import { problem } from "./problems.ts";

export const keywordMatches = ["contains", "exact", "regex"] as const;
export const keywordScopes = ["all", "provider", "group"] as const;

/** The text or pattern looked for. Kept as typed: white space can matter. Patterns are compiled by the server. */
export const keywordText = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((value, context) => {
    if (value.trim() === "") context.addIssue(problem("required", "Only white space would match every answer."));
    if (value.includes("\0")) context.addIssue(problem("control_characters", "NUL is not allowed."));
  });

const optionalFields = {
  description: noteText().optional(),
  match: z.enum(keywordMatches).optional(),
  caseSensitive: z.boolean().optional(),
  scope: z.enum(keywordScopes).optional(),
  targetId: idText.nullable().optional(),
  enabled: z.boolean().optional(),
};

/** A new fail keyword: text which, found in an answer, makes that answer a failure. */
export const FailKeywordInput = z.strictObject({ keyword: keywordText, ...optionalFields });
export type FailKeywordInput = z.infer<typeof FailKeywordInput>;

export const FailKeywordPatch = z.strictObject({
  keyword: keywordText.optional(),
  ...optionalFields,
  version: versionLock,
});
export type FailKeywordPatch = z.infer<typeof FailKeywordPatch>;

export const FailKeywordListQuery = z.strictObject({
  ...listQuery,
  sort: sortBy("keyword", "hits", "createdAt", "lastTriggeredAt"),
  scope: z.enum(keywordScopes).optional(),
  enabled: flagInQuery.optional(),
});
export type FailKeywordListQuery = z.infer<typeof FailKeywordListQuery>;

/**
 * Try keywords on texts without changing anything: on `text`, `texts` or the stored answer of the call `callId`, with
 * the saved keywords or with the ones given here.
 */
export const FailKeywordTestInput = z
  .strictObject({
    text: z.string().max(200_000).optional(),
    texts: z.array(z.string().max(200_000)).max(50).optional(),
    callId: idText.optional(),
    keywords: z.array(FailKeywordInput).max(200).optional(),
    providerId: idText.optional(),
    groupId: idText.optional(),
  })
  .superRefine((input, context) => {
    const given = [input.text, input.texts, input.callId].filter((one) => one !== undefined).length;
    if (given === 0) context.addIssue({ ...problem("required", "Give text, texts or callId."), path: ["text"] });
    if (given > 1) {
      context.addIssue({
        ...problem("not_together", "Give one of text, texts and callId.", { other: "text" }),
        path: ["text"],
      });
    }
  });
export type FailKeywordTestInput = z.infer<typeof FailKeywordTestInput>;

/** A fail keyword as the management API shows it. */
export type FailKeywordView = {
  id: string;
  keyword: string;
  description: string;
  match: (typeof keywordMatches)[number];
  caseSensitive: boolean;
  scope: (typeof keywordScopes)[number];
  targetId: string | null;
  /** Name of the provider or group it is limited to; null for `all` and for a target that no longer exists. */
  targetName: string | null;
  enabled: boolean;
  hits: number;
  lastTriggeredAt: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
};

/** Which keywords would fire on which text; `excerpt` is the found text with what stands around it. */
export type FailKeywordTestResult = {
  results: {
    text: string;
    matched: boolean;
    matches: { keywordId: string | null; keyword: string; match: string; excerpt: string }[];
  }[];
};
