import { inOrder } from "../config/complete.ts";
import type { CurrentConfig, CurrentGroup, CurrentKey, CurrentKeyword, CurrentProvider } from "../config/current.ts";
import { withoutDefaults } from "../config/plan.ts";
import { protocols, strategies, wireApis } from "../gateway/types.ts";
import {
  finishReasons,
  keywordMatches,
  keywordParts,
  keywordScopes,
  keywordVerdicts,
} from "../schemas/fail-keywords.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { playgroundSource } from "../schemas/playground.ts";
import { settingValues } from "../schemas/settings.ts";
import { openSecret, originOf } from "../secrets.ts";
import type { DatabaseTransaction } from "./client.ts";
import { supportsOf } from "./deployments.ts";
import type { Credential, Prisma } from "./generated/client.ts";
import { openedHeaders } from "./header-secrets.ts";
import { keySettings } from "./key-settings.ts";
import { readConfigVersion } from "./meta.ts";
import { tagsOf, timeoutsOf } from "./providers.ts";

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
const usdOrNull = (nanos: bigint | null) => (nanos === null ? null : nanosToUsd(nanos));

function oneOf<const Value extends string>(list: readonly Value[], text: string, otherwise: Value): Value {
  return list.find((value) => value === text) ?? otherwise;
}

/** Undefined when it cannot be opened (another encryption key): then any secret given is a new one. */
function openedSecret(row: Credential, baseUrl: string, masterKey: Buffer): string | undefined {
  try {
    return openSecret(masterKey, row.secret, { table: "Credential", row: row.id, origin: originOf(baseUrl) });
  } catch {
    return undefined;
  }
}

/** Parts are put into order afterwards: one with an order of its own is read in one statement, which takes few rows. */
const providerParts = {
  credentials: true,
  deployments: true,
} satisfies Prisma.ProviderInclude;

function providerOf(
  row: Prisma.ProviderGetPayload<{ include: typeof providerParts }>,
  masterKey: Buffer,
): CurrentProvider {
  return {
    name: row.name,
    protocol: oneOf(protocols, row.protocol, "openai"),
    baseUrl: row.baseUrl,
    apiVersion: row.apiVersion,
    wireApi: oneOf(wireApis, row.wireApi, "auto"),
    preset: row.preset,
    headers: openedHeaders(row.headers, { id: row.id, baseUrl: row.baseUrl, masterKey }),
    timeouts: timeoutsOf(row.timeouts),
    retries: row.retries,
    maxInFlight: row.maxInFlight,
    tags: tagsOf(row.tags),
    enabled: row.enabled,
    credentials: row.credentials.toSorted(byId).map((one) => ({
      id: one.id,
      name: one.name,
      secret: openedSecret(one, row.baseUrl, masterKey),
      enabled: one.enabled,
    })),
    deployments: row.deployments.toSorted(byName).map((one) => ({
      name: one.name,
      model: one.model,
      inputPrice: usdOrNull(one.inputPriceNanos),
      outputPrice: usdOrNull(one.outputPriceNanos),
      cachedInputPrice: usdOrNull(one.cachedInputPriceNanos),
      cacheWritePrice: usdOrNull(one.cacheWritePriceNanos),
      callPrice: usdOrNull(one.callPriceNanos),
      contextWindow: one.contextWindow,
      supports: supportsOf(one.supports),
      quota: {
        requestsPerPeriod: one.requestsPerPeriod,
        tokensPerPeriod: one.tokensPerPeriod === null ? null : Number(one.tokensPerPeriod),
        periodCron: one.periodCron,
        total: one.totalQuota,
      },
      maxConcurrent: one.maxConcurrent,
      enabled: one.enabled,
      source: one.source,
    })),
    source: row.source,
  };
}

const groupParts = {
  aliases: true,
  members: {
    include: { deployment: { select: { name: true, provider: { select: { name: true } } } } },
  },
} satisfies Prisma.GroupInclude;

function groupOf(row: Prisma.GroupGetPayload<{ include: typeof groupParts }>): CurrentGroup {
  return {
    name: row.name,
    aliases: row.aliases.map(({ name }) => name).sort(),
    strategy: oneOf(strategies, row.strategy, "weighted"),
    members: inOrder(
      row.members
        .toSorted((a, b) => a.position - b.position)
        .map(({ priority, weight, enabled, deployment }) => ({
          provider: deployment.provider.name,
          deployment: deployment.name,
          priority,
          weight,
          enabled,
        })),
    ),
    timeouts: timeoutsOf(row.timeouts),
    delivery: oneOf(["live", "whole"], row.delivery, "live"),
    retryAfterWaitSeconds: row.retryAfterWaitSeconds,
    affinity: oneOf(["off", "key", "session"], row.affinity, "off"),
    storeBodies: row.storeBodies,
    stripReasoning: row.stripReasoning,
    enabled: row.enabled,
    source: row.source,
  };
}

const keyParts = {
  groups: { select: { group: { select: { name: true } } } },
  secrets: true,
} satisfies Prisma.ApiKeyInclude;

function keyOf(row: Prisma.ApiKeyGetPayload<{ include: typeof keyParts }>): CurrentKey {
  // The one in force first; those of earlier rotations behind it.
  const secrets = row.secrets
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .toSorted((a, b) => Number(a.validUntil !== null) - Number(b.validUntil !== null));
  return { ...keySettings(row), hashes: secrets.map(({ hash }) => hash) };
}

const textsOf = (stored: Prisma.JsonValue): string[] =>
  Array.isArray(stored) ? stored.filter((one) => typeof one === "string") : [];

/** Rules in their order. Those whose provider, group or deployment is gone do nothing and are left out. */
async function keywordsOf(tx: DatabaseTransaction): Promise<CurrentKeyword[]> {
  const rows = await tx.failKeyword.findMany({ orderBy: [{ position: "asc" }, { id: "asc" }] });
  const select = { id: true, name: true };
  const targets = [...(await tx.provider.findMany({ select })), ...(await tx.group.findMany({ select }))];
  const names = new Map(targets.map(({ id, name }) => [id, name]));
  const ids = rows.flatMap(({ scope, targetId }) => (scope === "deployment" && targetId !== null ? [targetId] : []));
  const deployments = await tx.deployment.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true, provider: { select: { name: true } } },
  });
  const places = new Map(deployments.map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const place = row.scope === "deployment" && row.targetId !== null ? places.get(row.targetId) : undefined;
    const target = row.targetId === null ? null : (place?.provider.name ?? names.get(row.targetId) ?? null);
    if (row.scope !== "all" && target === null) return [];
    return [
      {
        id: row.id,
        keyword: row.keyword,
        description: row.description,
        match: oneOf(keywordMatches, row.match, "contains"),
        finishReasons: textsOf(row.finishReasons).map((one) => oneOf(finishReasons, one, "other")),
        minCharacters: row.minCharacters,
        caseSensitive: row.caseSensitive,
        statuses: textsOf(row.statuses),
        part: oneOf(keywordParts, row.part, "whole"),
        scope: oneOf(keywordScopes, row.scope, "all"),
        target,
        deployment: place?.name ?? null,
        verdict: oneOf(keywordVerdicts, row.verdict, "failover"),
        coolSeconds: row.coolSeconds,
        enabled: row.enabled,
      },
    ];
  });
}

/** The whole configuration as it is in this transaction. It holds opened secrets: compare with it, show nothing of it. */
export async function readCurrentConfig(tx: DatabaseTransaction, masterKey: Buffer): Promise<CurrentConfig> {
  const providers = await tx.provider.findMany({ include: providerParts, orderBy: { name: "asc" } });
  const groups = await tx.group.findMany({ include: groupParts, orderBy: { name: "asc" } });
  const keys = await tx.apiKey.findMany({
    where: { deletedAt: null, source: { not: playgroundSource } },
    include: keyParts,
    orderBy: { id: "asc" },
  });
  const settings = await tx.setting.findMany();
  return {
    version: await readConfigVersion(tx),
    providers: providers.map((row) => providerOf(row, masterKey)),
    groups: groups.map(groupOf),
    keys: keys.map(keyOf),
    failKeywords: await keywordsOf(tx),
    settings: withoutDefaults(settingValues(Object.fromEntries(settings.map(({ key, value }) => [key, value])))),
  };
}
