import { z } from "zod";
import type { AttemptReason } from "../gateway/types.ts";
import { flagInQuery, timestamp } from "./common.ts";
import { rangeText } from "./logs.ts";

/** The end of the span is looked back from by 24 hours at most: longer ones would read too many attempts. */
export const RescuesQuery = z.strictObject({
  range: rangeText.optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
  /** Id or name. */
  group: z.string().max(200).optional(),
  demo: flagInQuery.optional(),
});
export type RescuesQuery = z.infer<typeof RescuesQuery>;

/** What failover did, with its price. Exact, unless there were so many rescued calls that only the newest were looked into. */
export type RescueLedger = {
  /** What was read, in whole hours: the last 24 of what was asked for, and the one that is running. */
  from: string;
  to: string;
  /** Calls that were answered after at least one attempt had failed. */
  rescued: number;
  /** How many of them, the newest, the other figures are of. */
  looked: number;
  /** The reason and provider that failed in most of them, and in how many. */
  topCause: { reason: AttemptReason; provider: { id: string; name: string } | null; calls: number } | null;
  /** From the beginning of a call's first attempt to the beginning of the one that answered: the median, in ms. */
  extraWaitMs: number | null;
  /** What the attempts that failed cost, where that is known: decimal USD. */
  extraCostUsd: string;
};
