import { z } from "zod";
import type { Outcome } from "../gateway/types.ts";
import { idText, refuseDuplicates, wholeInQuery } from "./common.ts";
import type { KeyView } from "./keys.ts";
import type { CallView } from "./logs.ts";
import { problem } from "./problems.ts";

/** Signing in to the portal: the key itself, exchanged at once for a session. */
export const PortalSignIn = z.strictObject({ key: z.string().trim().min(1).max(512) });
export type PortalSignIn = z.infer<typeof PortalSignIn>;

export const PortalCallsQuery = z.strictObject({
  limit: wholeInQuery(1, 100).optional(),
  cursor: z.string().max(500).optional(),
});
export type PortalCallsQuery = z.infer<typeof PortalCallsQuery>;

const most = 1000;

/**
 * Every member of a group, in the order in which they shall be tried. Members of one inner list share a place, which is
 * how an order from before the first change is put back. `version` is that of the order being changed.
 */
export const PortalOrder = z.strictObject({
  order: z
    .array(z.array(idText).min(1).max(most))
    .min(1)
    .max(most)
    .superRefine((order, context) => {
      const ids = order.flat();
      if (ids.length > most) context.addIssue(problem("too_large", `At most ${most} members.`, { maximum: most }));
      refuseDuplicates(ids, context, () => []);
    }),
  version: z.int().min(1),
});
export type PortalOrder = z.infer<typeof PortalOrder>;

/** A key as its holder sees it. */
export type PortalKeyView = Pick<
  KeyView,
  "name" | "limits" | "expiresAt" | "allowedIps" | "storeBodies" | "allowRouteChoice" | "usage"
> & {
  /** Of the secret that was used to sign in. */
  preview: string;
  /** When that secret ends because the key was rotated, RFC 3339; null = it was not. */
  replacedAt: string | null;
  /** The zone in which days and months of budgets begin. */
  timeZone: string;
};

/** A member of a group without anything of its provider. Equal names are told apart by `number`, from 1 on. */
export type PortalMemberView = {
  id: string;
  name: string;
  number: number | null;
  /** The lowest is tried first. */
  priority: number;
  /** False while it, its model or its provider is switched off. */
  enabled: boolean;
};

/** A group a key may use. `route` only for keys that may choose. */
export type PortalGroupView = {
  id: string;
  name: string;
  aliases: string[];
  route: {
    version: number;
    /** The group is defined in a file, and its order with it. */
    fixed: boolean;
    members: PortalMemberView[];
  } | null;
};

/** What can stand in `model` of a call. */
export type PortalModelsView = {
  groups: PortalGroupView[];
  /** Names of single models, for keys that may use those. */
  models: string[];
};

type PortalUsageNumbers = { calls: number; inputTokens: number; outputTokens: number; costUsd: string };

/** The last thirty days, each with what was used in it; the last one is still running. */
export type PortalUsageView = {
  tz: string;
  totals: PortalUsageNumbers;
  days: ({ at: string } & PortalUsageNumbers)[];
};

/** A call of the key. Who served it is named only to keys that may choose, and by the model's name in the group. */
export type PortalCallView = Pick<
  CallView,
  "id" | "requestId" | "at" | "status" | "endpoint" | "model" | "stream" | "firstTokenMs" | "totalMs" | "cost" | "demo"
> & {
  outcome: Outcome;
  errorCode: string | null;
  servedBy: string | null;
  tokens: { input: number; output: number } | null;
};

/** With what was sent and answered, where the key stores that. */
export type PortalCallDetailView = PortalCallView & {
  bodies: { request: string | null; response: string | null; truncated: boolean } | null;
};
