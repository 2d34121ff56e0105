import { z } from "zod";

/** `config/provider.json` of AI API Gateway, field by field. Null means "not given"; unknown fields are let through. */

const text = z.string().trim();
const count = z.int();

const RateLimit = z.looseObject({
  requests_per_period: count.min(0).nullish(),
  tokens_per_period: count.min(0).nullish(),
  period_cron: text.nullish(),
});

export const ProviderEntry = z.looseObject({
  name: text.min(1),
  endpoint: text.min(1),
  api_key: text,
  model: text.min(1),
  priority: count.nullish(),
  weight: count.min(0).nullish(),
  rate_limit: RateLimit.nullish(),
  retry: count.min(0).nullish(),
  timeout: z.number().positive().nullish(),
  stream_support: z.boolean().nullish(),
  non_stream_support: z.boolean().nullish(),
  enabled: z.boolean().nullish(),
  custom_headers: z.record(z.string(), z.string()).nullish(),
  max_context_length: count.min(1).nullish(),
});
export type ProviderEntry = z.output<typeof ProviderEntry>;

export const GlobalSection = z.looseObject({
  default_timeout: z.number().positive().nullish(),
  default_retry: count.min(0).nullish(),
  log_requests: z.boolean().nullish(),
  api_key: text.nullish(),
});
export type GlobalSection = z.output<typeof GlobalSection>;

export const knownFields = {
  entry: new Set(Object.keys(ProviderEntry.shape)),
  rateLimit: new Set(Object.keys(RateLimit.shape)),
  global: new Set(Object.keys(GlobalSection.shape)),
};

/** What the old gateway takes for fields that are not there. */
export const gatewayDefaults = { priority: 1, weight: 10, retry: 3, timeoutSeconds: 60, periodCron: "0 0 * * *" };
