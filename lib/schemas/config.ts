import { z } from "zod";
import { type FinishReason, protocols, strategies, type WireApi, wireApis } from "../gateway/types.ts";
import { baseUrl, ipRange } from "./addresses.ts";
import { idText, modelName, nameText, timestamp, usd, whole } from "./common.ts";
import { cronText } from "./cron.ts";
import type { DeploymentView } from "./deployments.ts";
import {
  keywordFields,
  type keywordMatches,
  type keywordParts,
  type keywordScopes,
  keywordText,
  type keywordVerdicts,
} from "./fail-keywords.ts";
import { groupName } from "./groups.ts";
import { changedHeaders } from "./headers.ts";
import { nanosToUsd } from "./money.ts";
import { problem } from "./problems.ts";
import { presetId, providerTags, secretText } from "./providers.ts";
import { type SettingKey, type SettingValues, settingDefinitions } from "./settings.ts";
import { Timeouts } from "./timeouts.ts";

/**
 * The configuration as one document: what `export` writes and `import` reads. Words and units are those of the
 * management API; things refer to each other by name. Every field but a name may be left out.
 */

const largest = 2_000_000_000;

/** An amount of US dollars as its shortest decimal text, so that equal amounts are equal texts. */
const dollars = usd.transform((nanos) => nanosToUsd(nanos)).nullable();
const instant = timestamp.transform((ms) => new Date(ms).toISOString()).nullable();

/** Text of a client's key. Keys of other systems are shorter than ours and have no checksum. */
export const clientKeyText = z
  .string()
  .trim()
  .min(8)
  .max(512)
  .superRefine((value, context) => {
    if (!/^[\x21-\x7e]*$/.test(value)) {
      context.addIssue(
        problem("bad_header_value", "A key is printable ASCII characters without spaces.", { name: "key" }),
      );
    }
  });

/** `id` tells rows of the same name apart; an export writes it only where it has to. */
const tellingId = { id: idText.optional() };

const Credential = z.strictObject({
  ...tellingId,
  name: nameText().optional(),
  /** The secret, or `${NAME}` for the value of an environment variable. Absent: the stored one stays. */
  secret: secretText.optional(),
  enabled: z.boolean().optional(),
});

const Supports = z.strictObject({
  stream: z.boolean().optional(),
  nonStream: z.boolean().optional(),
  tools: z.boolean().optional(),
  vision: z.boolean().optional(),
  jsonSchema: z.boolean().optional(),
});

const Quota = z.strictObject({
  requestsPerPeriod: whole(0, largest).nullable().optional(),
  tokensPerPeriod: whole(0, Number.MAX_SAFE_INTEGER).nullable().optional(),
  periodCron: cronText.nullable().optional(),
  total: whole(0, largest).nullable().optional(),
});

const Deployment = z.strictObject({
  model: modelName.optional(),
  /** Defaults to the model. */
  name: nameText(200).optional(),
  inputPrice: dollars.optional(),
  outputPrice: dollars.optional(),
  cachedInputPrice: dollars.optional(),
  cacheWritePrice: dollars.optional(),
  callPrice: dollars.optional(),
  contextWindow: whole(1, largest).nullable().optional(),
  supports: Supports.optional(),
  quota: Quota.optional(),
  maxConcurrent: whole(1, 100_000).nullable().optional(),
  enabled: z.boolean().optional(),
});

const Provider = z.strictObject({
  name: nameText(),
  protocol: z.enum(protocols).optional(),
  baseUrl: baseUrl.optional(),
  apiVersion: nameText(40).nullable().optional(),
  wireApi: z.enum(wireApis).optional(),
  preset: presetId.nullable().optional(),
  /** The value `••••` stands for the stored one. */
  headers: changedHeaders.optional(),
  timeouts: Timeouts.optional(),
  retries: whole(0, 5).optional(),
  maxInFlight: whole(1, 100_000).nullable().optional(),
  tags: providerTags.optional(),
  enabled: z.boolean().optional(),
  credentials: z.array(Credential).max(100).optional(),
  deployments: z.array(Deployment).max(5000).optional(),
});

/** A member names its deployment by the provider's name and the deployment's. */
const Member = z.strictObject({
  provider: nameText(),
  deployment: nameText(200),
  priority: whole(1, 1000).optional(),
  weight: whole(0, 1_000_000).optional(),
  enabled: z.boolean().optional(),
});

const Group = z.strictObject({
  name: groupName,
  aliases: z.array(groupName).max(100).optional(),
  strategy: z.enum(strategies).optional(),
  members: z.array(Member).max(1000).optional(),
  timeouts: Timeouts.optional(),
  delivery: z.enum(["live", "whole"]).optional(),
  retryAfterWaitSeconds: whole(0, 300).optional(),
  affinity: z.enum(["off", "key", "session"]).optional(),
  storeBodies: z.boolean().optional(),
  stripReasoning: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

const Limits = z.strictObject({
  budgetUsd: z
    .strictObject({ day: dollars.optional(), month: dollars.optional(), total: dollars.optional() })
    .optional(),
  rpm: whole(1, largest).nullable().optional(),
  tpm: whole(1, largest).nullable().optional(),
  concurrent: whole(1, 100_000).nullable().optional(),
});

const Key = z.strictObject({
  ...tellingId,
  name: nameText(),
  /** The key's own text, or `${NAME}`. Only its hash is stored. Absent: the stored one stays. */
  key: clientKeyText.optional(),
  /** Names of groups; `["*"]` is all of them. */
  groups: z.array(z.string().trim().min(1).max(200)).max(1000).optional(),
  allowRawModels: z.boolean().optional(),
  limits: Limits.optional(),
  expiresAt: instant.optional(),
  allowedIps: z.array(ipRange).max(200).optional(),
  storeBodies: z.boolean().optional(),
  allowRouteChoice: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

const FailKeyword = z.strictObject({
  ...tellingId,
  keyword: keywordText.optional(),
  ...keywordFields,
  /** Name of the provider or group the scope speaks of; of a deployment its provider. */
  target: z.string().trim().min(1).max(200).nullable().optional(),
  /** Name of the deployment at that provider. */
  deployment: z.string().trim().min(1).max(200).nullable().optional(),
});

type SettingsShape = { [Key in SettingKey]: z.ZodOptional<(typeof settingDefinitions)[Key]["schema"]> };

const Settings = z.strictObject(
  Object.fromEntries(
    Object.entries(settingDefinitions).map(([key, { schema }]) => [key, schema.optional()]),
  ) as unknown as SettingsShape,
);

/** A document as it is read. Absent sections are left alone; absent fields keep their value or default. */
export const ConfigInput = z.strictObject({
  /** Version of this form of document. */
  sluice: z.literal(1).optional(),
  providers: z.array(Provider).max(2000).optional(),
  groups: z.array(Group).max(5000).optional(),
  keys: z.array(Key).max(10_000).optional(),
  failKeywords: z.array(FailKeyword).max(2000).optional(),
  settings: Settings.optional(),
});

/** What a reader of a foreign format hands over: plain values, not checked yet. */
export type PartialConfig = z.input<typeof ConfigInput>;
/** The same after checking: amounts are decimal texts, times are RFC 3339 in UTC. */
export type CheckedConfig = z.output<typeof ConfigInput>;

type Checked<Section extends "providers" | "groups" | "keys" | "failKeywords"> = NonNullable<
  CheckedConfig[Section]
>[number];
export type CheckedProvider = Checked<"providers">;
export type CheckedCredential = NonNullable<CheckedProvider["credentials"]>[number];
export type CheckedDeployment = NonNullable<CheckedProvider["deployments"]>[number];
export type CheckedGroup = Checked<"groups">;
export type CheckedKey = Checked<"keys">;
export type CheckedFailKeyword = Checked<"failKeywords">;

/** Everything given: the form in which configurations are compared. Secrets stay optional: absent = not known. */
export type ConfigCredential = { id?: string; name: string; secret?: string; enabled: boolean };
export type ConfigDeployment = Pick<
  DeploymentView,
  | "name"
  | "model"
  | "inputPrice"
  | "outputPrice"
  | "cachedInputPrice"
  | "cacheWritePrice"
  | "callPrice"
  | "contextWindow"
  | "supports"
  | "quota"
  | "maxConcurrent"
  | "enabled"
>;
export type ConfigProvider = {
  name: string;
  protocol: (typeof protocols)[number];
  baseUrl: string;
  apiVersion: string | null;
  wireApi: WireApi;
  preset: string | null;
  headers: Record<string, string>;
  timeouts: Timeouts;
  retries: number;
  maxInFlight: number | null;
  tags: string[];
  enabled: boolean;
  credentials: ConfigCredential[];
  deployments: ConfigDeployment[];
};
export type ConfigMember = {
  provider: string;
  deployment: string;
  priority: number;
  weight: number;
  enabled: boolean;
};
export type ConfigGroup = {
  name: string;
  aliases: string[];
  strategy: (typeof strategies)[number];
  members: ConfigMember[];
  timeouts: Timeouts;
  delivery: "live" | "whole";
  retryAfterWaitSeconds: number;
  affinity: "off" | "key" | "session";
  storeBodies: boolean;
  stripReasoning: boolean;
  enabled: boolean;
};
export type ConfigKey = {
  id?: string;
  name: string;
  /** What a key is compared by: its hashes, newest first. Never part of a document. */
  hashes: string[];
  /** What may be shown of a text that is new. Never part of a document. */
  preview?: string;
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
  allowRouteChoice: boolean;
  enabled: boolean;
};
export type ConfigFailKeyword = {
  id?: string;
  keyword: string;
  description: string;
  match: (typeof keywordMatches)[number];
  finishReasons: FinishReason[];
  minCharacters: number | null;
  caseSensitive: boolean;
  statuses: string[];
  part: (typeof keywordParts)[number];
  scope: (typeof keywordScopes)[number];
  target: string | null;
  deployment: string | null;
  verdict: (typeof keywordVerdicts)[number];
  coolSeconds: number | null;
  enabled: boolean;
};

/** The whole configuration as a plain value. Settings hold only those that are not at their default. */
export type ConfigDocument = {
  providers: ConfigProvider[];
  groups: ConfigGroup[];
  keys: ConfigKey[];
  failKeywords: ConfigFailKeyword[];
  settings: Partial<SettingValues>;
};
