import fc from "fast-check";
import { protocols, strategies, wireApis } from "../../gateway/types.ts";
import type { PartialConfig } from "../../schemas/config.ts";

/** Random configurations that are valid as a whole: names are unique and references lead somewhere. */

const name = fc
  .string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(..."abcXYZ019 -_./@:äß中\"'\\{}[]#&*!|>%`") })
  .map((text) => `n${text.trim()}`);
const modelName = fc
  .string({ minLength: 1, maxLength: 16, unit: fc.constantFrom(..."abcXYZ019-_./:@中") })
  .map((text) => `m${text}`);
const price = fc.option(fc.integer({ min: 0, max: 2_000_000_000 }).map((n) => String(n / 1000)));
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const clock = fc.integer({ min: 1000, max: 100_000 });
const timeouts = fc.record({ connectMs: clock, idleMs: clock, firstByteMs: clock }, { requiredKeys: [] });
const cron = fc.constantFrom("0 0 * * *", "*/30 * * * *", "0 0 * * 0");
const count = fc.option(fc.integer({ min: 0, max: 1_000_000 }));
const secret = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(..."abcdefABC0123-_") });

const deployment = fc.record(
  {
    model: modelName,
    name: modelName,
    inputPrice: price,
    outputPrice: price,
    callPrice: price,
    contextWindow: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    supports: fc.record({ stream: fc.boolean(), vision: fc.boolean() }, { requiredKeys: [] }),
    quota: fc.record(
      { requestsPerPeriod: count, tokensPerPeriod: count, periodCron: fc.option(cron), total: count },
      { requiredKeys: [] },
    ),
    maxConcurrent: fc.option(fc.integer({ min: 1, max: 99 })),
    enabled: fc.boolean(),
  },
  { requiredKeys: ["model", "name"] },
);

const byName = <Value extends { name: string }>(arbitrary: fc.Arbitrary<Value>, maxLength: number) =>
  fc.uniqueArray(arbitrary, { selector: (one) => one.name, maxLength });

const provider = fc.record(
  {
    name,
    protocol: fc.constantFrom(...protocols.filter((one) => one !== "demo")),
    baseUrl: fc.constantFrom("https://api.example.com/v1", "http://127.0.0.1:9/v1", "https://b.example.com"),
    wireApi: fc.constantFrom(...wireApis),
    apiVersion: fc.option(fc.constantFrom("2024-10-21", "preview")),
    headers: fc.dictionary(fc.constantFrom("x-team", "X-Title", "x-key"), fc.constantFrom("a", "{{api_key}}", "b c")),
    timeouts,
    retries: fc.integer({ min: 0, max: 5 }),
    maxInFlight: fc.option(fc.integer({ min: 1, max: 99 })),
    tags: fc.uniqueArray(fc.constantFrom("eu", "cheap", "本番"), { maxLength: 3 }),
    enabled: fc.boolean(),
    credentials: byName(fc.record({ name, secret, enabled: fc.boolean() }, { requiredKeys: ["name", "secret"] }), 3),
    deployments: byName(deployment, 4),
  },
  { requiredKeys: ["name", "protocol", "baseUrl"] },
);

const place = fc.record(
  {
    priority: fc.integer({ min: 1, max: 9 }),
    weight: fc.integer({ min: 0, max: 99 }),
    enabled: fc.boolean(),
  },
  { requiredKeys: [] },
);

function groupOf(members: { provider: string; deployment: string }[]) {
  return fc.record(
    {
      name: modelName.map((text) => `g${text}`),
      aliases: fc.constant([] as string[]),
      strategy: fc.constantFrom(...strategies),
      members: fc
        .uniqueArray(fc.tuple(fc.nat({ max: Math.max(0, members.length - 1) }), place), {
          selector: ([index]) => index,
          maxLength: 4,
        })
        .map((chosen) => chosen.flatMap(([index, one]) => (members[index] ? [{ ...members[index], ...one }] : []))),
      timeouts,
      delivery: fc.constantFrom("live" as const, "whole" as const),
      affinity: fc.constantFrom("off" as const, "key" as const, "session" as const),
      storeBodies: fc.boolean(),
      stripReasoning: fc.boolean(),
      enabled: fc.boolean(),
    },
    { requiredKeys: ["name"] },
  );
}

function keyOf(groups: readonly string[]) {
  return fc.record(
    {
      name,
      key: fc.uuid().map((id) => `sk-${id}`),
      groups: fc.oneof(
        fc.constant<string[]>(["*"]),
        groups.length === 0 ? fc.constant<string[]>([]) : fc.uniqueArray(fc.constantFrom(...groups), { maxLength: 3 }),
      ),
      allowRawModels: fc.boolean(),
      allowRouteChoice: fc.boolean(),
      limits: fc.record(
        {
          budgetUsd: fc.record({ day: price, month: price, total: price }, { requiredKeys: [] }),
          rpm: fc.option(fc.integer({ min: 1, max: 9999 })),
          concurrent: fc.option(fc.integer({ min: 1, max: 99 })),
        },
        { requiredKeys: [] },
      ),
      expiresAt: fc.option(fc.constantFrom("2031-01-01T00:00:00Z", "2030-06-01T12:30:00+02:00")),
      allowedIps: fc.uniqueArray(fc.constantFrom("10.0.0.0/8", "192.0.2.7", "2001:db8::/32")),
      enabled: fc.boolean(),
    },
    { requiredKeys: ["name", "key"] },
  );
}

const settings = fc.record(
  {
    failureThreshold: fc.integer({ min: 1, max: 9 }),
    idleMs: clock,
    storeBodies: fc.boolean(),
    instanceName: fc.constantFrom("Sluice", "Zentrale"),
  },
  { requiredKeys: [] },
);

function keywordOf(providers: readonly string[], groups: readonly string[]) {
  const scopes = [
    fc.constant({}),
    ...(providers.length === 0
      ? []
      : [fc.record({ scope: fc.constant("provider" as const), target: fc.constantFrom(...providers) })]),
    ...(groups.length === 0
      ? []
      : [fc.record({ scope: fc.constant("group" as const), target: fc.constantFrom(...groups) })]),
  ];
  return fc
    .tuple(
      fc.record(
        {
          keyword: name,
          description: optional(name).map((text) => text ?? ""),
          match: fc.constantFrom("contains" as const, "exact" as const),
          caseSensitive: fc.boolean(),
          enabled: fc.boolean(),
        },
        { requiredKeys: ["keyword"] },
      ),
      fc.oneof(...scopes),
    )
    .map(([rule, scope]) => ({ ...rule, ...scope }));
}

/** Documents as a person might write them. */
export const arbitraryConfig: fc.Arbitrary<PartialConfig> = byName(provider, 4).chain((providers) => {
  const members = providers.flatMap((one) =>
    (one.deployments ?? []).map((deployment) => ({ provider: one.name, deployment: deployment.name })),
  );
  return byName(groupOf(members), 4).chain((groups) => {
    const groupNames = groups.map((one) => one.name);
    const providerNames = providers.map((one) => one.name);
    return fc
      .tuple(
        byName(keyOf(groupNames), 3),
        fc.uniqueArray(keywordOf(providerNames, groupNames), { selector: (one) => one.keyword, maxLength: 3 }),
        settings,
      )
      .map(([keys, failKeywords, values]) => ({
        providers,
        groups: groups.map((one, index) => ({ ...one, aliases: [`alias-${index}`] })),
        keys,
        failKeywords,
        settings: values,
      }));
  });
});
