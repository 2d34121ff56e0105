import type { ConfigDeployment, ConfigMember, ConfigProvider } from "../schemas/config.ts";
import type { ConfigNote } from "../schemas/import.ts";
import type { CurrentConfig, CurrentGroup } from "./current.ts";
import { deploymentDefaults, groupDefaults } from "./defaults.ts";
import { configNote } from "./problems.ts";
import { gatewayDefaults } from "./readers/provider-json-schema.ts";
import { SecretReferences, writtenHeaders } from "./written.ts";

type Located = { member: ConfigMember; provider: ConfigProvider; deployment: ConfigDeployment };

/**
 * The configuration in the shape of `config/provider.json` of AI API Gateway, and notes on everything that this shape
 * has no words for. Secrets become `${NAME}`: they never leave, and our own reader fills them in again.
 */
export function writtenProviderJson(current: CurrentConfig): { content: Record<string, unknown>; notes: ConfigNote[] } {
  const references = new SecretReferences();
  const notes: ConfigNote[] = [];
  const secrets = new Map<string, string>();
  /** One for each secret, however many entries have it. */
  const referenceTo = (words: readonly string[]): string => {
    const id = JSON.stringify(words);
    const known = secrets.get(id) ?? references.next(words);
    secrets.set(id, known);
    return known;
  };
  const secretOf = (provider: ConfigProvider): string => {
    if (provider.credentials.length === 0) return "";
    return referenceTo([provider.name, "api key"]);
  };
  const headersOf = ({ name, headers }: ConfigProvider) =>
    Object.keys(headers).length > 0 ? writtenHeaders(headers, (header) => referenceTo([name, header])) : null;
  const content: Record<string, unknown> = { _global: globalSection(current, references, notes) };
  for (const group of current.groups) {
    noteOnGroup(group, notes);
    const located = group.members.flatMap((member) => locate(member, current, group, notes));
    const taken = new Set<string>();
    content[group.name] = {
      providers: located.map((one) => ({
        ...entryOf(one, freeName(one, taken), secretOf(one.provider)),
        custom_headers: headersOf(one.provider),
      })),
    };
  }
  for (const provider of current.providers) noteOnProvider(provider, notes);
  if (current.failKeywords.length > 0)
    notes.push(configNote("fail_keywords_not_exported", "Fail keywords have no place in this format."));
  return { content, notes: [...notes, ...references.notes] };
}

/** An empty key would open the old gateway to everybody, so it is written only where nobody has a key here. */
function globalSection(current: CurrentConfig, references: SecretReferences, notes: ConfigNote[]) {
  const keys = current.keys.filter(({ enabled }) => enabled);
  if (keys.length > 0)
    notes.push(
      configNote("keys_not_exported", `This format has one key for all models; here are ${keys.length}.`, {
        count: keys.length,
      }),
    );
  return {
    default_timeout: 120,
    default_retry: gatewayDefaults.retry,
    log_requests: current.settings.logRequests ?? true,
    api_key: keys.length > 0 ? references.next(["client key"]) : "",
  };
}

function locate(member: ConfigMember, current: CurrentConfig, group: CurrentGroup, notes: ConfigNote[]): Located[] {
  const provider = current.providers.find(({ name }) => name === member.provider);
  const deployment = provider?.deployments.find(({ name }) => name === member.deployment);
  if (!provider || !deployment) return [];
  if (provider.protocol === "openai") return [{ member, provider, deployment }];
  const name = `${group.name}: ${provider.name}/${deployment.name}`;
  notes.push(
    configNote("left_out", `${name} speaks ${provider.protocol}; this format knows OpenAI's API alone.`, {
      name,
      protocol: provider.protocol,
    }),
  );
  return [];
}

function freeName({ provider, deployment }: Located, taken: Set<string>): string {
  const name = taken.has(provider.name) ? `${provider.name}/${deployment.name}` : provider.name;
  taken.add(name);
  return name;
}

function entryOf({ member, provider, deployment }: Located, name: string, secret: string) {
  const { quota, supports } = deployment;
  const limited = quota.requestsPerPeriod !== null || quota.tokensPerPeriod !== null;
  const ms = provider.timeouts.firstByteMs ?? provider.timeouts.firstTokenMs;
  return {
    name,
    endpoint: provider.baseUrl,
    api_key: secret,
    model: deployment.model,
    priority: member.priority,
    weight: member.weight,
    rate_limit: limited
      ? {
          requests_per_period: quota.requestsPerPeriod,
          tokens_per_period: quota.tokensPerPeriod,
          period_cron: quota.periodCron ?? gatewayDefaults.periodCron,
        }
      : null,
    retry: provider.retries + 1,
    ...(ms !== undefined && { timeout: ms % 1000 === 0 ? ms / 1000 : Math.ceil(ms / 1000) }),
    stream_support: supports.stream,
    non_stream_support: supports.nonStream,
    enabled: member.enabled && deployment.enabled && provider.enabled,
    max_context_length: deployment.contextWindow,
  };
}

/** Fields that have another value than the default, and no place in the old format. */
function noteFields(what: string, name: string, fields: readonly string[], notes: ConfigNote[]): void {
  if (fields.length === 0) return;
  const list = fields.join(", ");
  notes.push(
    configNote("not_exported", `${name}: ${list} cannot be said in this format.`, { what, name, fields: list }),
  );
}

function noteOnGroup(group: CurrentGroup, notes: ConfigNote[]): void {
  const { name, strategy } = group;
  if (strategy !== "weighted")
    notes.push(
      configNote("strategy_not_exported", `${name}: ${strategy} becomes weighted by chance.`, { name, strategy }),
    );
  const special = [
    "aliases",
    "timeouts",
    "delivery",
    "retryAfterWaitSeconds",
    "affinity",
    "storeBodies",
    "stripReasoning",
    "enabled",
  ] as const;
  const fields = special.filter((field) => JSON.stringify(group[field]) !== JSON.stringify(groupDefaults[field]));
  noteFields("group", name, fields, notes);
}

function noteOnProvider(provider: ConfigProvider, notes: ConfigNote[]): void {
  if (provider.protocol !== "openai") return;
  const fields = [
    ...(provider.maxInFlight === null ? [] : ["maxInFlight"]),
    ...(provider.wireApi === "auto" ? [] : ["wireApi"]),
    ...(provider.tags.length === 0 ? [] : ["tags"]),
    ...(provider.credentials.length > 1 ? ["credentials"] : []),
  ];
  noteFields("provider", provider.name, fields, notes);
  const special = [
    "inputPrice",
    "outputPrice",
    "cachedInputPrice",
    "cacheWritePrice",
    "callPrice",
    "maxConcurrent",
  ] as const;
  for (const deployment of provider.deployments) {
    const own = special.filter((field) => deployment[field] !== deploymentDefaults[field]);
    const total = deployment.quota.total === null ? [] : ["quota.total"];
    noteFields("deployment", `${provider.name}/${deployment.name}`, [...own, ...total], notes);
  }
}
