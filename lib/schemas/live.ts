import { z } from "zod";
import type { DeploymentState, RunningCall } from "../gateway/types.ts";
import type { AttentionView } from "./attention.ts";
import { type CallView, LogFilter } from "./logs.ts";
import type { ImportJobView } from "./model-import.ts";

/** What can be followed live. `calls` and `running` are filtered, the others are about the whole instance. */
export const liveTopics = ["calls", "running", "states", "attention", "jobs"] as const;
export type LiveTopic = (typeof liveTopics)[number];

const topicList = z
  .string()
  .max(200)
  .transform((text) => text.split(",").filter((part) => part !== ""))
  .pipe(z.array(z.enum(liveTopics)).min(1).max(liveTopics.length));

/** A filter of the call log, as its query string has it. */
const filterText = z
  .string()
  .max(6000)
  .transform((text, context) => {
    const given: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(text)) {
      given[name] = Object.hasOwn(given, name) ? `${given[name]},${value}` : value;
    }
    const result = LogFilter.safeParse(given);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  });

export const LiveQuery = z.strictObject({
  /** Separated by commas. */
  topics: topicList,
  filter: filterText.optional(),
  /** For readers that cannot set the header `Last-Event-ID`; the header wins. */
  lastEventId: z.string().max(100).optional(),
});
export type LiveQuery = z.infer<typeof LiveQuery>;

/** Calls under way that match the filter as far as they are known by now, the oldest first. */
export type RunningCalls = { items: RunningCall[] /** Further ones that are not listed. */; more: number };

/** `complete` = everything there is; else only what changed, and the ids of what is gone. */
export type StateChanges = { complete: boolean; items: DeploymentState[]; removed: string[] };

/** One event of the stream, as its `event:` and `data:` say. */
export type LiveEvent =
  | { type: "call"; data: CallView }
  | { type: "running"; data: RunningCalls }
  | { type: "states"; data: StateChanges }
  | { type: "attention"; data: AttentionView }
  | { type: "job"; data: ImportJobView }
  /** So many calls were not sent because the reader was too slow. */
  | { type: "dropped"; data: { count: number } };
