import { z } from "zod";
import { readComparisons } from "../filter-language.ts";
import { endpoints, type Outcome, outcomes, type Receipt, type UsageSource } from "../gateway/types.ts";
import { flagInQuery, idText, type Page, sortBy, timestamp, wholeInQuery } from "./common.ts";
import { problem } from "./problems.ts";
import { rangePattern } from "./range.ts";
import { splitList } from "./value-list.ts";

const listOf = <Schema extends z.ZodType<unknown, string>>(item: Schema) =>
  z.string().max(2000).transform(splitList).pipe(z.array(item).min(1).max(50)).optional();

/** `gte:2`, `gt:1000,lte:5000`: comparisons that hold together. */
const comparisonList = z
  .string()
  .max(200)
  .transform((text, context) => {
    const comparisons = readComparisons(text);
    if (comparisons !== null) return comparisons;
    context.addIssue(problem("bad_value", "Not a comparison such as gte:2."));
    return z.NEVER;
  })
  .optional();

/** A status (`502`) or a class of them (`5xx`). */
const statusText = z.string().regex(/^[1-5](\d\d|xx)$/);

/** Minutes, hours or days back from now: `15m`, `24h`, `30d`. */
export const rangeText = z.string().regex(rangePattern);

const name = z.string().max(200);
const code = z.string().max(60);

/** Conditions that are lists of values. Each also exists with a hyphen before its name: none of these values. */
const lists = {
  outcome: z.enum(outcomes),
  endpoint: z.enum(endpoints),
  status: statusText,
  /** Ids or names. */
  group: name,
  provider: name,
  key: name,
  /** Accounts by id or name: calls with the keys that are theirs now. */
  user: name,
  deployment: idText,
  /** Providers by id or name, and deployments by id, that the call tried, whoever answered it. */
  tried: name,
  /** What the client asked for, or what answered. */
  model: name,
  /** What answered. */
  served: name,
  /** Why an attempt ended. */
  reason: code,
  errorCode: code,
  ip: code,
} as const;
export type ListCondition = keyof typeof lists;

/** One predicate for the list, its histogram, the live tail and exports. Lists are separated by commas; absent = no condition. */
export const logFilter = {
  from: timestamp.optional(),
  to: timestamp.optional(),
  range: rangeText.optional(),
  outcome: listOf(lists.outcome),
  endpoint: listOf(lists.endpoint),
  status: listOf(lists.status),
  group: listOf(lists.group),
  provider: listOf(lists.provider),
  key: listOf(lists.key),
  user: listOf(lists.user),
  deployment: listOf(lists.deployment),
  tried: listOf(lists.tried),
  model: listOf(lists.model),
  served: listOf(lists.served),
  reason: listOf(lists.reason),
  errorCode: listOf(lists.errorCode),
  ip: listOf(lists.ip),
  "-outcome": listOf(lists.outcome),
  "-endpoint": listOf(lists.endpoint),
  "-status": listOf(lists.status),
  "-group": listOf(lists.group),
  "-provider": listOf(lists.provider),
  "-key": listOf(lists.key),
  "-user": listOf(lists.user),
  "-deployment": listOf(lists.deployment),
  "-tried": listOf(lists.tried),
  "-model": listOf(lists.model),
  "-served": listOf(lists.served),
  "-reason": listOf(lists.reason),
  "-errorCode": listOf(lists.errorCode),
  "-ip": listOf(lists.ip),
  session: z.string().max(200).optional(),
  /** Part of it. */
  userAgent: z.string().trim().min(1).max(200).optional(),
  stream: flagInQuery.optional(),
  demo: flagInQuery.optional(),
  attempts: comparisonList,
  /** Milliseconds. */
  ttft: comparisonList,
  total: comparisonList,
  /** US dollars. */
  cost: comparisonList,
  /** Input and output together. */
  tokens: comparisonList,
  /** Part of a request id, model, key or group name. */
  q: z.string().trim().max(200).optional(),
};
export const LogFilter = z.strictObject(logFilter);
export type LogFilter = z.infer<typeof LogFilter>;

/** Whether a text is an id of a call or a request: found wherever it is, at once. */
export function isCallId(text: string): boolean {
  return /^(call|req)_[0-9a-z]+$/.test(text);
}

/** Whether a text looks like an id some client gave its request, rather than like words: long, in one piece, with a digit. */
export function isLikelyId(text: string): boolean {
  return /^(?=.*\d)\S{12,}$/.test(text);
}

/** The list as a file. `csv` opens in a spreadsheet, `ndjson` has one call a line as the list shows it. */
export const LogExportQuery = z.strictObject({ ...logFilter, format: z.enum(["csv", "ndjson"]) });
export type LogExportQuery = z.infer<typeof LogExportQuery>;

export const LogListQuery = z.strictObject({
  ...logFilter,
  limit: wholeInQuery(1, 500).optional(),
  cursor: z.string().max(500).optional(),
  sort: sortBy("at", "total", "ttft", "cost", "tokens"),
});
export type LogListQuery = z.infer<typeof LogListQuery>;

export const LogHistogramQuery = z.strictObject({
  ...logFilter,
  buckets: wholeInQuery(2, 60).optional(),
  /** Minutes the reader's clock is ahead of UTC: where days begin. */
  offset: wholeInQuery(-900, 900).optional(),
});
export type LogHistogramQuery = z.infer<typeof LogHistogramQuery>;

/**
 * A page of the log. One request looks at a bounded number of calls: where a page ended for that, `nextCursor` goes on and
 * `lookedTo` is how far it has looked (RFC 3339). In an order by a figure only the calls back to there are in the list,
 * and no page goes beyond. Null = nothing was left out.
 */
export type CallPage = Page<CallView> & { lookedTo: string | null };

/** How many calls each stretch of time has, by outcome. Times are RFC 3339. */
export type LogHistogram = {
  from: string;
  to: string;
  /** Of one bucket; the first and the last may be cut by `from` and `to`. */
  bucketMs: number;
  /** Only what is there; `at` is where the bucket begins. */
  buckets: { at: string; counts: Partial<Record<Outcome, number>> }[];
  /** Counted from here on, because there was more to look at than is looked at; null = all of it. */
  countedFrom: string | null;
};

/** What the calls of a filter have in common, of the newest `looked` of them. */
export type LogSummary = {
  looked: number;
  /** Whether there are more. */
  more: boolean;
  /** Looked for from here on (RFC 3339), because there was more to look at than is looked at; null = everywhere. */
  countedFrom: string | null;
  reasons: { reason: string; count: number }[];
  models: { model: string; count: number }[];
  /** Durations in ms; `to` is null in the last. */
  durations: { from: number; to: number | null; count: number }[];
  p50Ms: number | null;
  p95Ms: number | null;
};

/** A call in a list. Times are RFC 3339, money is decimal USD. */
export type CallView = {
  id: string;
  requestId: string;
  at: string;
  outcome: Outcome;
  status: number;
  endpoint: string;
  group: { id: string; name: string } | null;
  /** What the client asked for. */
  model: string | null;
  servedModel: string | null;
  provider: { id: string; name: string } | null;
  deploymentId: string | null;
  key: { id: string; name: string } | null;
  stream: boolean;
  attempts: number;
  /** Why each attempt ended, in order: what the attempt dots show. */
  attemptReasons: string[];
  firstTokenMs: number | null;
  totalMs: number;
  overheadMs: number | null;
  usage: {
    input: number;
    /** Part of `input`, as `cacheWrite` is. */
    cached: number;
    cacheWrite: number;
    output: number;
    /** Part of `output`. */
    reasoning: number;
    source: UsageSource;
  } | null;
  cost: { usd: string; source: string } | null;
  demo: boolean;
  clientIp: string | null;
  userAgent: string | null;
  sessionId: string | null;
  error?: { code: string };
};

/** One call with its receipt, and with its bodies where they were stored and the reader may see them. */
export type CallDetailView = CallView & {
  clientRequestId: string | null;
  flags: string[];
  receipt: Receipt;
  bodies?: { request: string | null; response: string | null; truncated: boolean };
  /** For each attempt the command that asks its provider directly, without secrets; null where it cannot be said. */
  commands?: (string | null)[];
};
