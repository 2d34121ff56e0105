import { z } from "zod";
import type { Receipt } from "../gateway/types.ts";
import { ipRange } from "./addresses.ts";
import {
  flagInQuery,
  idText,
  listQuery,
  nameText,
  refuseDuplicates,
  sortBy,
  timestamp,
  usd,
  versionLock,
  whole,
} from "./common.ts";
import { problem } from "./problems.ts";

const largest = 2_000_000_000;
const budget = usd.nullable().optional();

/** Limits of a key; null or absent = no limit. Budgets are USD a local day, a local month, and in all. */
const Limits = z.strictObject({
  budgetUsd: z.strictObject({ day: budget, month: budget, total: budget }).optional(),
  rpm: whole(1, largest).nullable().optional(),
  tpm: whole(1, largest).nullable().optional(),
  concurrent: whole(1, 100_000).nullable().optional(),
});

/** Names of groups a key may use; `["*"]` is all of them, `[]` none. */
const groupNames = z
  .array(z.string().trim().min(1).max(200))
  .max(1000)
  .superRefine((names, context) => {
    refuseDuplicates(names, context, (index) => [index]);
    if (names.includes("*") && names.length > 1) {
      context.addIssue(problem("not_together", '"*" already means all groups.', { other: "*" }));
    }
  });

const optionalFields = {
  groups: groupNames.optional(),
  allowRawModels: z.boolean().optional(),
  limits: Limits.optional(),
  expiresAt: timestamp.nullable().optional(),
  allowedIps: z.array(ipRange).max(200).optional(),
  storeBodies: z.boolean().optional(),
  allowRouteChoice: z.boolean().optional(),
  enabled: z.boolean().optional(),
  /** The account whose key it is; null = nobody's in particular. A new key is of the account that makes it. */
  ownerId: idText.nullable().optional(),
};

/** A new API key. Without `groups` it may use none. */
export const KeyInput = z.strictObject({ name: nameText(), ...optionalFields });
export type KeyInput = z.infer<typeof KeyInput>;

/** Changes to a key. Members of `limits` that are absent stay as they are. */
export const KeyPatch = z.strictObject({ name: nameText().optional(), ...optionalFields, version: versionLock });
export type KeyPatch = z.infer<typeof KeyPatch>;

export const graceHours = [0, 1, 24, 168] as const;

/** How long the old secret still works after a rotation. */
export const KeyRotateInput = z.strictObject({ graceHours: z.literal(graceHours).default(0) });
export type KeyRotateInput = z.infer<typeof KeyRotateInput>;

export const KeyListQuery = z.strictObject({
  ...listQuery,
  sort: sortBy("name", "createdAt", "expiresAt"),
  group: z.string().max(200).optional(),
  /** An id of an account, or `none`. */
  owner: idText.optional(),
  enabled: flagInQuery.optional(),
});
export type KeyListQuery = z.infer<typeof KeyListQuery>;

/** `with`: ids of other keys that would go at the same time, between commas. */
export const KeyImpactQuery = z.strictObject({
  with: z
    .string()
    .max(20_000)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .optional(),
});

/** What ends with keys that are switched off together, the busiest first. */
export type KeyImpact = {
  calls24h: number;
  /** Of the running hour and the one before. */
  calls1h: number;
  /** Of all calls of the last 24 hours, between 0 and 1; null where there were none. */
  share24h: number | null;
  keys: { id: string; name: string; owner: string | null; calls24h: number; lastUsedAt: string | null }[];
};

/** Where a call with a key would go: for each group it may use, the receipt of a call that is not made. */
export type KeyRoutes = { items: { group: { id: string; name: string }; receipt: Receipt }[] };

/** An API key as the management API shows it. Money is decimal USD, times RFC 3339. */
export type KeyView = {
  id: string;
  name: string;
  preview: string;
  groups: string[];
  allowRawModels: boolean;
  limits: {
    budgetUsd: { day: string | null; month: string | null; total: string | null };
    rpm: number | null;
    tpm: number | null;
    concurrent: number | null;
  };
  expiresAt: string | null;
  allowedIps: string[];
  storeBodies: boolean;
  /** In the portal, its holder may put the members of its groups into another order, for every user of the group. */
  allowRouteChoice: boolean;
  enabled: boolean;
  /** The account whose key it is. */
  owner: { id: string; name: string } | null;
  /** `console`, or where else it comes from: what comes from the provider `file` can only be changed there. */
  source: string;
  /** Secrets of earlier rotations that still work, and until when. */
  oldSecrets: { preview: string; validUntil: string }[];
  /** What was spent and called in the running day and month (in the time zone of the instance) and ever. */
  usage: {
    costUsd: { day: string; month: string; total: string };
    calls: { day: number; month: number; total: number };
    /** When the running day and month end, and with them what counts against their budgets. */
    resetsAt: { day: string; month: string };
    lastUsedAt: string | null;
  };
  activity: {
    /** Calls of the last 24 hours by hour, the running one last. */
    callsByHour: number[];
    /** When a call was last refused because of the rate limits of this key, in the last five minutes. */
    rateLimitedAt: string | null;
  };
  version: number;
  createdAt: string;
  updatedAt: string;
};

/** The answer to POST and rotate: the only two that carry the key itself. */
export type KeyWithSecret = KeyView & { key: string };
