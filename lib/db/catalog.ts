import {
  type Catalog,
  type CatalogCredential,
  type CatalogDeployment,
  type CatalogGroup,
  type CatalogKey,
  type CatalogKeyword,
  type CatalogProvider,
  protocols,
  strategies,
  wireApis,
} from "../gateway/types.ts";
import { finishReasons, keywordMatches, keywordScopes, keywordVerdicts } from "../schemas/fail-keywords.ts";
import { playgroundSource } from "../schemas/playground.ts";
import { gatewaySettings } from "../schemas/settings.ts";
import { isSecretError, openSecret, originOf } from "../secrets.ts";
import { type DatabaseTransaction, readTransaction } from "./client.ts";
import type {
  ApiKey,
  Credential,
  Deployment,
  FailKeyword,
  Group,
  Member,
  Prisma,
  Provider,
} from "./generated/client.ts";
import { openedHeaders } from "./header-secrets.ts";
import { readConfigVersion } from "./meta.ts";
import { timeoutsOf } from "./providers.ts";

/** A catalog, and what in the database had to be left out of it, in words for the log and the console. No secrets. */
export type LoadedCatalog = Catalog & { problems: readonly string[] };

type Json = Prisma.JsonValue;
type Report = (problem: string) => void;

const numberOrNull = (value: bigint | null) => (value === null ? null : Number(value));
const timeOrNull = (value: Date | null) => (value === null ? null : value.getTime());

function isOneOf<const Value extends string>(list: readonly Value[], text: string): text is Value {
  return (list as readonly string[]).includes(text);
}

function objectOf(stored: Json): Record<string, Json | undefined> {
  return stored !== null && typeof stored === "object" && !Array.isArray(stored) ? stored : {};
}

function textsOf(stored: Json): string[] {
  return Array.isArray(stored) ? stored.filter((entry) => typeof entry === "string") : [];
}

function supportsOf(stored: Json): CatalogDeployment["supports"] {
  const flags = objectOf(stored);
  const on = (name: keyof CatalogDeployment["supports"]) => flags[name] !== false;
  return {
    stream: on("stream"),
    nonStream: on("nonStream"),
    tools: on("tools"),
    vision: on("vision"),
    jsonSchema: on("jsonSchema"),
  };
}

function credentialOf(row: Credential, provider: Provider, masterKey: Buffer, report: Report): CatalogCredential[] {
  try {
    const origin = originOf(provider.baseUrl);
    const secret = openSecret(masterKey, row.secret, { table: "Credential", row: row.id, origin });
    return [{ id: row.id, name: row.name, preview: row.preview, secret, enabled: row.enabled }];
  } catch (error) {
    const why = isSecretError(error) ? error.message : "its provider has no valid address";
    report(`The credential "${row.name}" of provider "${provider.name}" is left out: ${why}.`);
    return [];
  }
}

/**
 * A provider whose credentials are all unreadable is switched off: without any it would pass for a local server that
 * needs none, and be called unauthenticated.
 */
function providerOf(
  row: Provider & { credentials: Credential[] },
  masterKey: Buffer,
  report: Report,
): CatalogProvider | null {
  if (!isOneOf(protocols, row.protocol)) {
    report(`Provider "${row.name}" is left out: its protocol "${row.protocol}" is unknown.`);
    return null;
  }
  const credentials = row.credentials
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((credential) => credentialOf(credential, row, masterKey, report));
  const allUnreadable = row.credentials.length > 0 && credentials.length === 0;
  return {
    id: row.id,
    name: row.name,
    protocol: row.protocol,
    preset: row.preset,
    baseUrl: row.baseUrl,
    apiVersion: row.apiVersion,
    wireApi: isOneOf(wireApis, row.wireApi) ? row.wireApi : "auto",
    headers: openedHeaders(row.headers, { id: row.id, baseUrl: row.baseUrl, masterKey }, (name, why) =>
      report(`The header "${name}" of provider "${row.name}" is left out: ${why}.`),
    ),
    timeouts: timeoutsOf(row.timeouts),
    retries: row.retries,
    maxInFlight: row.maxInFlight,
    enabled: row.enabled && !allUnreadable,
    credentials,
  };
}

function deploymentOf(row: Deployment): CatalogDeployment {
  return {
    id: row.id,
    providerId: row.providerId,
    name: row.name,
    model: row.model,
    prices: {
      input: numberOrNull(row.inputPriceNanos),
      output: numberOrNull(row.outputPriceNanos),
      cachedInput: numberOrNull(row.cachedInputPriceNanos),
      cacheWrite: numberOrNull(row.cacheWritePriceNanos),
      call: numberOrNull(row.callPriceNanos),
    },
    contextWindow: row.contextWindow,
    quota: {
      requestsPerPeriod: row.requestsPerPeriod,
      tokensPerPeriod: row.tokensPerPeriod === null ? null : Number(row.tokensPerPeriod),
      periodCron: row.periodCron,
      total: row.totalQuota,
      resetAt: timeOrNull(row.quotaResetAt) ?? 0,
    },
    supports: supportsOf(row.supports),
    maxConcurrent: row.maxConcurrent,
    enabled: row.enabled,
    heldAt: timeOrNull(row.heldAt),
    heldUntil: timeOrNull(row.heldUntil),
  };
}

function groupOf(row: Group & { aliases: { name: string }[]; members: Member[] }, report: Report): CatalogGroup {
  const known = isOneOf(strategies, row.strategy);
  if (!known) report(`Group "${row.name}" has the unknown strategy "${row.strategy}"; "weighted" is used.`);
  return {
    id: row.id,
    name: row.name,
    aliases: row.aliases.map(({ name }) => name),
    strategy: known ? (row.strategy as CatalogGroup["strategy"]) : "weighted",
    timeouts: timeoutsOf(row.timeouts),
    delivery: row.delivery === "whole" ? "whole" : "live",
    retryAfterWaitSeconds: row.retryAfterWaitSeconds,
    affinity: isOneOf(["key", "session"], row.affinity) ? row.affinity : "off",
    storeBodies: row.storeBodies,
    stripReasoning: row.stripReasoning,
    enabled: row.enabled,
    createdAt: row.createdAt.getTime(),
    version: row.version,
    members: row.members
      .toSorted((a, b) => a.priority - b.priority || a.position - b.position)
      .map(({ deploymentId, priority, weight, enabled }) => ({
        deploymentId,
        priority,
        weight,
        enabled,
      })),
  };
}

function keyOf(row: ApiKey & { groups: { groupId: string }[] }): CatalogKey {
  return {
    id: row.id,
    name: row.name,
    preview: row.preview,
    groups: row.allGroups ? "*" : row.groups.map(({ groupId }) => groupId),
    allowRawModels: row.allowRawModels,
    ...(row.source === playgroundSource && { mayRehearse: true }),
    expiresAt: timeOrNull(row.expiresAt),
    allowedIps: textsOf(row.allowedIps),
    storeBodies: row.storeBodies,
    enabled: row.enabled,
    limits: {
      budgetDayNanos: numberOrNull(row.budgetDayNanos),
      budgetMonthNanos: numberOrNull(row.budgetMonthNanos),
      budgetTotalNanos: numberOrNull(row.budgetTotalNanos),
      rpm: row.rpm,
      tpm: row.tpm,
      concurrent: row.concurrent,
    },
  };
}

function keywordOf(row: FailKeyword, report: Report): CatalogKeyword[] {
  const { id, keyword, caseSensitive, match, scope, targetId, verdict, coolSeconds } = row;
  if (!isOneOf(keywordMatches, match) || !isOneOf(keywordScopes, scope)) {
    report(`The fail keyword "${keyword}" is left out: its match "${match}" or scope "${scope}" is unknown.`);
    return [];
  }
  if (!isOneOf(keywordVerdicts, verdict)) {
    report(`The fail keyword "${keyword}" is left out: its verdict "${verdict}" is unknown.`);
    return [];
  }
  const part = row.part === "start" ? "start" : "whole";
  const statuses = textsOf(row.statuses);
  const reasons = textsOf(row.finishReasons).filter((one) => isOneOf(finishReasons, one));
  return [
    {
      ...{
        id,
        keyword,
        match,
        finishReasons: reasons,
        minCharacters: row.minCharacters,
        caseSensitive,
        statuses,
        part,
      },
      ...{ scope, targetId, verdict, coolSeconds },
    },
  ];
}

/**
 * All rows the catalog is made of, as they were at one moment. Parts are put into order afterwards: a part with an order
 * of its own is read in one statement, which takes only so many rows.
 */
async function readRows(tx: DatabaseTransaction) {
  return {
    version: await readConfigVersion(tx),
    providers: await tx.provider.findMany({ include: { credentials: true } }),
    deployments: await tx.deployment.findMany({ orderBy: { id: "asc" } }),
    groups: await tx.group.findMany({
      include: {
        aliases: { select: { name: true } },
        members: true,
      },
    }),
    keys: await tx.apiKey.findMany({
      where: { deletedAt: null },
      include: { groups: { select: { groupId: true } }, secrets: { select: { hash: true, validUntil: true } } },
    }),
    keywords: await tx.failKeyword.findMany({
      where: { enabled: true },
      orderBy: [{ position: "asc" }, { id: "asc" }],
    }),
    settings: await tx.setting.findMany(),
  };
}

function byId<Value extends { id: string }>(values: readonly Value[]): Map<string, Value> {
  return new Map(values.map((value) => [value.id, value]));
}

/**
 * Reads the whole configuration as it is at one moment and makes the snapshot the data plane works from. What cannot
 * be used (a credential whose provider moved to another address, a word this version does not know) is left out and
 * named in `problems`; it never stops the rest.
 * @throws SluiceError `storage_unavailable`
 */
export async function loadCatalog(masterKey: Buffer): Promise<LoadedCatalog> {
  const rows = await readTransaction(readRows);
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);

  const providers = byId(rows.providers.flatMap((row) => providerOf(row, masterKey, report) ?? []));
  const deployments = byId(rows.deployments.filter((row) => providers.has(row.providerId)).map(deploymentOf));
  const groups = byId(
    rows.groups.map((row) =>
      groupOf({ ...row, members: row.members.filter((member) => deployments.has(member.deploymentId)) }, report),
    ),
  );
  const groupByName = new Map<string, string>();
  for (const group of groups.values()) for (const alias of group.aliases) groupByName.set(alias, group.id);
  // After the aliases: a group's own name wins over an alias of the same spelling.
  for (const group of groups.values()) groupByName.set(group.name, group.id);

  const deploymentsByModel = new Map<string, string[]>();
  for (const { id, model } of deployments.values()) {
    const same = deploymentsByModel.get(model);
    if (same) same.push(id);
    else deploymentsByModel.set(model, [id]);
  }

  const keysByHash = new Map<string, { key: CatalogKey; validUntil: number | null }>();
  for (const row of rows.keys) {
    const key = keyOf(row);
    for (const { hash, validUntil } of row.secrets) keysByHash.set(hash, { key, validUntil: timeOrNull(validUntil) });
  }

  return {
    version: rows.version,
    providers,
    deployments,
    groups,
    groupByName,
    deploymentsByModel,
    keysByHash,
    keywords: rows.keywords.flatMap((row) => keywordOf(row, report)),
    settings: gatewaySettings(Object.fromEntries(rows.settings.map(({ key, value }) => [key, value]))),
    problems,
  };
}
