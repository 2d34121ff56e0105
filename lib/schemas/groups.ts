import { z } from "zod";
import { strategies } from "../gateway/types.ts";
import {
  flagInQuery,
  idText,
  listQuery,
  modelName,
  refuseDuplicates,
  sortBy,
  versionLock,
  whole,
  wholeInQuery,
} from "./common.ts";
import { problem } from "./problems.ts";
import { Timeouts } from "./timeouts.ts";

/** The name a client puts in `model`. `*` is what a key says for "all groups", so no group is called that. */
export const groupName = modelName.superRefine((value, context) => {
  if (value === "*") context.addIssue(problem("reserved_name", '"*" means all groups.', { value }));
});

/** A deployment in a group. The lowest priority is tried first; weight 0 is a cold standby. */
export const MemberInput = z.strictObject({
  deploymentId: idText,
  priority: whole(1, 1000).default(1),
  weight: whole(0, 1_000_000).default(1),
  enabled: z.boolean().default(true),
});
export type MemberInput = z.infer<typeof MemberInput>;

const memberList = z
  .array(MemberInput)
  .max(1000)
  .superRefine((members, context) => {
    refuseDuplicates(
      members.map((one) => one.deploymentId),
      context,
      (index) => [index, "deploymentId"],
    );
  });

/** The whole list of a group's members, in order. */
export const MembersInput = memberList;
export type MembersInput = z.infer<typeof MembersInput>;

/** `version`: refuse with 409 when the group has changed since it was read. */
export const MembersQuery = z.strictObject({ version: wholeInQuery(1, 2_000_000_000).optional() });

const optionalFields = {
  aliases: z
    .array(groupName)
    .max(100)
    .superRefine((aliases, context) => refuseDuplicates(aliases, context, (index) => [index]))
    .optional(),
  strategy: z.enum(strategies).optional(),
  members: memberList.optional(),
  timeouts: Timeouts.optional(),
  delivery: z.enum(["live", "whole"]).optional(),
  retryAfterWaitSeconds: whole(0, 300).optional(),
  affinity: z.enum(["off", "key", "session"]).optional(),
  storeBodies: z.boolean().optional(),
  stripReasoning: z.boolean().optional(),
  enabled: z.boolean().optional(),
};

/** A new group. */
export const GroupInput = z.strictObject({ name: groupName, ...optionalFields });
export type GroupInput = z.infer<typeof GroupInput>;

/** Changes to a group. `aliases` and `members` replace the whole list; absent fields stay. */
export const GroupPatch = z.strictObject({ name: groupName.optional(), ...optionalFields, version: versionLock });
export type GroupPatch = z.infer<typeof GroupPatch>;

export const GroupListQuery = z.strictObject({
  ...listQuery,
  sort: sortBy("name", "createdAt", "updatedAt"),
  enabled: flagInQuery.optional(),
});
export type GroupListQuery = z.infer<typeof GroupListQuery>;

/**
 * A call to imagine: the answer is the receipt it would get, with no upstream call. Assumptions are about members of the
 * group; `model` is one of its names.
 */
export const GroupSimulateInput = z.strictObject({
  model: z.string().max(200).optional(),
  keyId: idText.optional(),
  stream: z.boolean().optional(),
  inputTokens: whole(0, 100_000_000).optional(),
  needs: z
    .array(z.enum(["tools", "vision", "jsonSchema"]))
    .max(3)
    .optional(),
  assume: z
    .array(z.strictObject({ deploymentId: idText, state: z.enum(["down", "no_quota"]) }))
    .max(1000)
    .superRefine((assumed, context) =>
      refuseDuplicates(
        assumed.map(({ deploymentId }) => deploymentId),
        context,
        (index) => [index, "deploymentId"],
      ),
    )
    .optional(),
});
export type GroupSimulateInput = z.infer<typeof GroupSimulateInput>;

/** A member as the management API shows it. */
export type MemberView = {
  deploymentId: string;
  priority: number;
  weight: number;
  enabled: boolean;
  deployment: {
    id: string;
    name: string;
    model: string;
    enabled: boolean;
    provider: { id: string; name: string; enabled: boolean };
  };
};

/** A group as the management API shows it. Members are in the order of priority, then as arranged. */
export type GroupView = {
  id: string;
  name: string;
  aliases: string[];
  strategy: (typeof strategies)[number];
  members: MemberView[];
  timeouts: Timeouts;
  delivery: "live" | "whole";
  retryAfterWaitSeconds: number;
  affinity: "off" | "key" | "session";
  storeBodies: boolean;
  /** `<think>…</think>` at the beginning of answers is taken out. */
  stripReasoning: boolean;
  enabled: boolean;
  /** `console`, or where else it comes from: what comes from the provider `file` can only be changed there. */
  source: string;
  /** Keys that name this group (keys for all groups are not counted). */
  keyCount: number;
  version: number;
  createdAt: string;
  updatedAt: string;
};

/** What ends when a group is disabled or deleted. `share24h` is of all calls of the instance; null without any. */
export type GroupImpact = {
  calls24h: number;
  calls1h: number;
  share24h: number | null;
  /** Enabled keys that name it: the first few, and how many they are. */
  keys: { id: string; name: string }[];
  keyCount: number;
  keysForAll: number;
  keywords: number;
};
