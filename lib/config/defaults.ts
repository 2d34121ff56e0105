import type { ConfigDeployment, ConfigFailKeyword, ConfigGroup, ConfigKey, ConfigProvider } from "../schemas/config.ts";

/** What a field is when nobody has said anything. The same values as the columns' defaults in the database. */
export const providerDefaults: Omit<ConfigProvider, "name" | "baseUrl"> = {
  protocol: "openai",
  apiVersion: null,
  wireApi: "auto",
  preset: null,
  headers: {},
  timeouts: {},
  retries: 1,
  maxInFlight: null,
  tags: [],
  enabled: true,
  credentials: [],
  deployments: [],
};

export const deploymentDefaults: Omit<ConfigDeployment, "name" | "model"> = {
  inputPrice: null,
  outputPrice: null,
  cachedInputPrice: null,
  cacheWritePrice: null,
  callPrice: null,
  contextWindow: null,
  supports: { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: true },
  quota: { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null },
  maxConcurrent: null,
  enabled: true,
};

export const groupDefaults: Omit<ConfigGroup, "name"> = {
  aliases: [],
  strategy: "weighted",
  members: [],
  timeouts: {},
  delivery: "live",
  retryAfterWaitSeconds: 0,
  affinity: "off",
  storeBodies: false,
  stripReasoning: false,
  enabled: true,
};

export const memberDefaults = { priority: 1, weight: 1, enabled: true };

export const keyDefaults: Omit<ConfigKey, "name" | "hashes"> = {
  groups: [],
  allowRawModels: false,
  limits: { budgetUsd: { day: null, month: null, total: null }, rpm: null, tpm: null, concurrent: null },
  expiresAt: null,
  allowedIps: [],
  storeBodies: false,
  allowRouteChoice: false,
  enabled: true,
};

export const keywordDefaults: ConfigFailKeyword = {
  keyword: "",
  description: "",
  match: "contains",
  finishReasons: [],
  minCharacters: null,
  caseSensitive: false,
  statuses: [],
  part: "whole",
  scope: "all",
  target: null,
  deployment: null,
  verdict: "failover",
  coolSeconds: null,
  enabled: true,
};
