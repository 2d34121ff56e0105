import { z } from "zod";
import { endpoints, type Outcome, outcomes, type Receipt, type UsageSource } from "../gateway/types.ts";
import { flagInQuery, idText, timestamp, wholeInQuery } from "./common.ts";

const listOf = <Schema extends z.ZodType<unknown, string>>(item: Schema) =>
  z
    .string()
    .max(2000)
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item).min(1).max(50));

/** A status (`502`) or a class of them (`5xx`). */
const statusText = z.string().regex(/^[1-5](\d\d|xx)$/);

/** Minutes, hours or days back from now: `15m`, `24h`, `30d`. */
export const rangeText = z.string().regex(/^[1-9]\d{0,3}[mhd]$/);

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The length of a range as {@link rangeText} writes it, in milliseconds. */
export function rangeMs(range: string): number {
  const unit = range.slice(-1) as keyof typeof unitMs;
  return Number(range.slice(0, -1)) * unitMs[unit];
}

/** One predicate for the list, the live tail and exports. Lists are separated by commas; absent = no condition. */
export const logFilter = {
  from: timestamp.optional(),
  to: timestamp.optional(),
  range: rangeText.optional(),
  outcome: listOf(z.enum(outcomes)).optional(),
  endpoint: listOf(z.enum(endpoints)).optional(),
  status: listOf(statusText).optional(),
  /** Ids or names. */
  group: listOf(z.string().max(200)).optional(),
  provider: listOf(z.string().max(200)).optional(),
  key: listOf(z.string().max(200)).optional(),
  deployment: listOf(idText).optional(),
  /** What the client asked for, or what answered. */
  model: listOf(z.string().max(200)).optional(),
  reason: listOf(z.string().max(60)).optional(),
  errorCode: listOf(z.string().max(60)).optional(),
  session: z.string().max(200).optional(),
  stream: flagInQuery.optional(),
  demo: flagInQuery.optional(),
  minAttempts: wholeInQuery(0, 1000).optional(),
  minFirstTokenMs: wholeInQuery(0, 100_000_000).optional(),
  minTotalMs: wholeInQuery(0, 100_000_000).optional(),
  /** Part of a request id, model, key or group name. */
  q: z.string().trim().max(200).optional(),
};
export const LogFilter = z.strictObject(logFilter);
export type LogFilter = z.infer<typeof LogFilter>;

/** The list as a file. `csv` opens in a spreadsheet, `ndjson` has one call a line as the list shows it. */
export const LogExportQuery = z.strictObject({ ...logFilter, format: z.enum(["csv", "ndjson"]) });
export type LogExportQuery = z.infer<typeof LogExportQuery>;

export const LogListQuery = z.strictObject({
  ...logFilter,
  limit: wholeInQuery(1, 500).optional(),
  cursor: z.string().max(500).optional(),
  sort: z.enum(["at", "-at"]).optional(),
});
export type LogListQuery = z.infer<typeof LogListQuery>;

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
  error?: { code: string };
};

/** One call with its receipt, and with its bodies where they were stored and the reader may see them. */
export type CallDetailView = CallView & {
  clientRequestId: string | null;
  clientIp: string | null;
  userAgent: string | null;
  sessionId: string | null;
  flags: string[];
  receipt: Receipt;
  bodies?: { request: string | null; response: string | null; truncated: boolean };
};
