import { z } from "zod";
import type { DeploymentState } from "../gateway/types.ts";
import {
  flagInQuery,
  idText,
  listQuery,
  modelName,
  nameText,
  noteText,
  sortBy,
  timestamp,
  usd,
  versionLock,
  whole,
} from "./common.ts";
import { cronText } from "./cron.ts";
import type { PriceSource } from "./model-import.ts";

const price = usd.nullable();
const largest = 2_000_000_000;

/** Prices in nano-dollars per 1M tokens (`callPrice` per call); null = unknown. */
const prices = {
  inputPrice: price.optional(),
  outputPrice: price.optional(),
  cachedInputPrice: price.optional(),
  cacheWritePrice: price.optional(),
  callPrice: price.optional(),
};

const Supports = z.strictObject({
  stream: z.boolean().optional(),
  nonStream: z.boolean().optional(),
  tools: z.boolean().optional(),
  vision: z.boolean().optional(),
  jsonSchema: z.boolean().optional(),
});

/** Limits in calls and tokens; null or absent = no limit. Without `periodCron` the period is the local day. */
const Quota = z.strictObject({
  requestsPerPeriod: whole(0, largest).nullable().optional(),
  tokensPerPeriod: whole(0, Number.MAX_SAFE_INTEGER).nullable().optional(),
  periodCron: cronText.nullable().optional(),
  total: whole(0, largest).nullable().optional(),
});

const optionalFields = {
  ...prices,
  contextWindow: whole(1, largest).nullable().optional(),
  supports: Supports.optional(),
  quota: Quota.optional(),
  maxConcurrent: whole(1, 100_000).nullable().optional(),
  enabled: z.boolean().optional(),
};

/** One upstream model of a provider that is being created together with it. `name` defaults to the model. */
export const ProviderDeploymentInput = z.strictObject({
  model: modelName,
  name: nameText(200).optional(),
  ...optionalFields,
});
export type ProviderDeploymentInput = z.infer<typeof ProviderDeploymentInput>;

/** A new deployment: one upstream model at one provider. */
export const DeploymentInput = z.strictObject({ providerId: idText, ...ProviderDeploymentInput.shape });
export type DeploymentInput = z.infer<typeof DeploymentInput>;

/** Changes to a deployment. Members of `supports` and `quota` that are absent stay as they are. */
export const DeploymentPatch = z.strictObject({
  model: modelName.optional(),
  name: nameText(200).optional(),
  ...optionalFields,
  version: versionLock,
});
export type DeploymentPatch = z.infer<typeof DeploymentPatch>;

/** Hold a deployment: it sits out until released, or until the given time. */
export const HoldInput = z.strictObject({
  reason: noteText(300).nullable().optional(),
  until: timestamp.nullable().optional(),
});
export type HoldInput = z.infer<typeof HoldInput>;

export const DeploymentListQuery = z.strictObject({
  ...listQuery,
  sort: sortBy("name", "model", "createdAt"),
  providerId: idText.optional(),
  enabled: flagInQuery.optional(),
});
export type DeploymentListQuery = z.infer<typeof DeploymentListQuery>;

/**
 * What is used of a quota, calls under way included; null where there is no limit. `resetsAt` (RFC 3339) is the end of
 * the running period.
 */
export type QuotaUse = {
  requests: number | null;
  tokens: number | null;
  total: number | null;
  resetsAt: string | null;
};

/** A deployment as the management API shows it. Prices are decimal USD per 1M tokens, times RFC 3339. */
export type DeploymentView = {
  id: string;
  providerId: string;
  provider: { id: string; name: string };
  model: string;
  name: string;
  inputPrice: string | null;
  outputPrice: string | null;
  cachedInputPrice: string | null;
  cacheWritePrice: string | null;
  callPrice: string | null;
  /** Who said what it costs, and when that was looked up or typed; null = not recorded. */
  priceSource: PriceSource | null;
  pricedAt: string | null;
  contextWindow: number | null;
  supports: { stream: boolean; nonStream: boolean; tools: boolean; vision: boolean; jsonSchema: boolean };
  quota: {
    requestsPerPeriod: number | null;
    tokensPerPeriod: number | null;
    periodCron: string | null;
    total: number | null;
  };
  maxConcurrent: number | null;
  enabled: boolean;
  /** `console`, or where else it comes from: what comes from the provider `file` can only be changed there. */
  source: string;
  held: { at: string; until: string | null; reason: string | null } | null;
  groups: { id: string; name: string }[];
  version: number;
  createdAt: string;
  updatedAt: string;
  /** When a person last began the quota anew; earlier calls do not count. */
  quotaResetAt: string | null;
  /** What the running gateway knows; null while it does not know this deployment yet. */
  state: DeploymentState | null;
  quotaUse: QuotaUse | null;
};

/** `with`: ids of other providers that would go at the same time, between commas. */
export const ImpactQuery = z.strictObject({
  with: z
    .string()
    .max(20_000)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .optional(),
});

/** A group that would lose members, with what it was asked in the last hour. */
export type GroupImpact = {
  id: string;
  name: string;
  enabled: boolean;
  /** Members that would go, and members that would stay and take calls. */
  lost: number;
  left: number;
  /** Calls of the last hour that reached routing, and how many of them these deployments answered. */
  calls: number;
  served: number;
  /** The members tried first once these are gone, as things are now; null = nobody is left. */
  takesOver: {
    priority: number;
    members: { id: string; name: string; provider: string; state: LiveState | null }[];
  } | null;
};
type LiveState = DeploymentState["state"];

/** What a disable, a hold or a delete would touch. */
export type ImpactView = {
  /** Worst hit first. */
  groups: GroupImpact[];
  /** API keys in use that may call one of the groups. */
  keys: number;
  /** Calls of the last 24 hours that one of these deployments answered or was tried for. */
  calls24h: number;
};
