import { given } from "../config/complete.ts";
import type { CurrentConfig, CurrentProvider } from "../config/current.ts";
import type { ImportPlan } from "../config/import-plan.ts";
import { newId } from "../id.ts";
import type { ConfigCredential, ConfigDeployment, ConfigDocument, ConfigProvider } from "../schemas/config.ts";
import { originOf } from "../secrets.ts";
import type { DatabaseTransaction } from "./client.ts";
import { type ApplyOptions, byName, gone, ids, nanos, same } from "./config-apply-parts.ts";
import { applyGroups, applyKeys, applyKeywords, applySettings } from "./config-apply-routes.ts";
import { sealedHeaders } from "./header-secrets.ts";
import { sealed } from "./providers.ts";
import { inChunks } from "./stored-row.ts";

/**
 * Brings the stored configuration to the planned one, in the transaction in which `current` was read. Rows that do not
 * differ are not touched; rows the document names belong to `source` from now on.
 */
export async function applyPlan(
  tx: DatabaseTransaction,
  current: CurrentConfig,
  { planned, named }: { planned: ConfigDocument; named: ImportPlan["named"] },
  options: ApplyOptions,
): Promise<void> {
  for (const names of inChunks(gone(current.groups, planned.groups)))
    await tx.group.deleteMany({ where: { name: { in: names } } });
  for (const names of inChunks(gone(current.providers, planned.providers)))
    await tx.provider.deleteMany({ where: { name: { in: names } } });
  const providers = byName(current.providers);
  for (const provider of planned.providers) {
    const stored = providers.get(provider.name);
    const owned = named.providers.has(provider.name) && options.source === "file" && stored?.source !== "file";
    if (!stored) await createProvider(tx, provider, options);
    else if (owned || !same(plainProvider(stored), plainProvider(provider)))
      await updateProvider(tx, provider, stored, options);
  }
  await applyGroups(tx, current, planned, named, options);
  await applyKeys(tx, current, planned, options);
  await applyKeywords(tx, current, planned);
  await applySettings(tx, current, planned);
}

/** A provider in the one order in which two of them can be compared. */
function plainProvider(provider: ConfigProvider | CurrentProvider) {
  const { credentials, deployments, ...fields } = provider;
  return {
    ...providerColumns(fields),
    credentials: credentials.map(({ id, name, secret, enabled }) => ({ id, name, secret, enabled })),
    deployments: deployments.map(plainDeployment).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function plainDeployment(one: ConfigDeployment) {
  const { inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice, supports, quota } = one;
  return {
    name: one.name,
    model: one.model,
    prices: [inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice],
    contextWindow: one.contextWindow,
    supports: [supports.stream, supports.nonStream, supports.tools, supports.vision, supports.jsonSchema],
    quota: [quota.requestsPerPeriod, quota.tokensPerPeriod, quota.periodCron, quota.total],
    maxConcurrent: one.maxConcurrent,
    enabled: one.enabled,
  };
}

function providerColumns(provider: Omit<ConfigProvider, "credentials" | "deployments">) {
  return {
    name: provider.name,
    protocol: provider.protocol,
    baseUrl: provider.baseUrl,
    apiVersion: provider.apiVersion,
    wireApi: provider.wireApi,
    preset: provider.preset,
    headers: provider.headers,
    timeouts: given(provider.timeouts),
    retries: provider.retries,
    maxInFlight: provider.maxInFlight,
    tags: provider.tags,
    enabled: provider.enabled,
  };
}

function deploymentColumns(one: ConfigDeployment) {
  return {
    name: one.name,
    model: one.model,
    inputPriceNanos: nanos(one.inputPrice),
    outputPriceNanos: nanos(one.outputPrice),
    cachedInputPriceNanos: nanos(one.cachedInputPrice),
    cacheWritePriceNanos: nanos(one.cacheWritePrice),
    callPriceNanos: nanos(one.callPrice),
    contextWindow: one.contextWindow,
    supports: one.supports,
    requestsPerPeriod: one.quota.requestsPerPeriod,
    tokensPerPeriod: one.quota.tokensPerPeriod === null ? null : BigInt(one.quota.tokensPerPeriod),
    periodCron: one.quota.periodCron,
    totalQuota: one.quota.total,
    maxConcurrent: one.maxConcurrent,
    enabled: one.enabled,
  };
}

/** Other prices than before are no longer those somebody was noted for. */
function forgottenSource(before: ConfigDeployment, after: ConfigDeployment) {
  const names = ["inputPrice", "outputPrice", "cachedInputPrice", "cacheWritePrice", "callPrice"] as const;
  return names.some((name) => before[name] !== after[name]) ? { priceSource: null, pricedAt: null } : {};
}

function credentialColumns(id: string, one: ConfigCredential, baseUrl: string, masterKey: Buffer) {
  return { name: one.name, enabled: one.enabled, ...sealed(id, one.secret ?? "", baseUrl, masterKey) };
}

async function createProvider(tx: DatabaseTransaction, provider: ConfigProvider, options: ApplyOptions): Promise<void> {
  const id = newId("prv");
  const { source, masterKey } = options;
  const headers = sealedHeaders(provider.headers, { id, baseUrl: provider.baseUrl, masterKey });
  await tx.provider.create({ data: { ...providerColumns(provider), headers, id, source } });
  const nextId = ids("crd");
  await tx.credential.createMany({
    data: provider.credentials.map((one) => {
      const credentialId = nextId();
      return {
        id: credentialId,
        providerId: id,
        ...credentialColumns(credentialId, one, provider.baseUrl, masterKey),
      };
    }),
  });
  await createDeployments(tx, id, provider.deployments, source);
}

async function createDeployments(
  tx: DatabaseTransaction,
  providerId: string,
  deployments: readonly ConfigDeployment[],
  source: string,
): Promise<void> {
  const nextId = ids("dep");
  const rows = deployments.map((one) => ({ ...deploymentColumns(one), id: nextId(), providerId, source }));
  for (const data of inChunks(rows)) await tx.deployment.createMany({ data });
}

async function updateProvider(
  tx: DatabaseTransaction,
  provider: ConfigProvider,
  stored: CurrentProvider,
  { masterKey, source }: ApplyOptions,
): Promise<void> {
  const owner = source === "file" ? { source } : {};
  const { id } = await tx.provider.findUniqueOrThrow({ where: { name: provider.name }, select: { id: true } });
  const headers = sealedHeaders(provider.headers, { id, baseUrl: provider.baseUrl, masterKey });
  await tx.provider.update({
    where: { id },
    data: { ...providerColumns(provider), headers, ...owner, version: { increment: 1 } },
  });
  await updateCredentials(tx, id, provider, stored, masterKey);

  const before = byName(stored.deployments);
  const missing = gone(stored.deployments, provider.deployments);
  for (const names of inChunks(missing))
    await tx.deployment.deleteMany({ where: { providerId: id, name: { in: names } } });
  await createDeployments(
    tx,
    id,
    provider.deployments.filter(({ name }) => !before.has(name)),
    source,
  );
  for (const one of provider.deployments) {
    const old = before.get(one.name);
    if (!old || (same(plainDeployment(old), plainDeployment(one)) && (source !== "file" || old.source === "file")))
      continue;
    await tx.deployment.update({
      where: { providerId_name: { providerId: id, name: one.name } },
      data: { ...deploymentColumns(one), ...forgottenSource(old, one), ...owner, version: { increment: 1 } },
    });
  }
}

async function updateCredentials(
  tx: DatabaseTransaction,
  providerId: string,
  provider: ConfigProvider,
  stored: CurrentProvider,
  masterKey: Buffer,
): Promise<void> {
  const moved = originOf(provider.baseUrl) !== originOf(stored.baseUrl);
  const before = new Map(stored.credentials.map((one) => [one.id, one]));
  const kept = new Set(provider.credentials.map(({ id }) => id));
  const missing = stored.credentials.flatMap(({ id }) => (id !== undefined && !kept.has(id) ? [id] : []));
  await tx.credential.deleteMany({ where: { id: { in: missing } } });
  const nextId = ids("crd");
  for (const one of provider.credentials) {
    const old = one.id === undefined ? undefined : before.get(one.id);
    if (!old || one.id === undefined) {
      const id = nextId();
      await tx.credential.create({
        data: { id, providerId, ...credentialColumns(id, one, provider.baseUrl, masterKey) },
      });
    } else {
      const fresh = moved || one.secret !== old.secret;
      const data = fresh
        ? credentialColumns(one.id, one, provider.baseUrl, masterKey)
        : { name: one.name, enabled: one.enabled };
      if (fresh || one.name !== old.name || one.enabled !== old.enabled)
        await tx.credential.update({ where: { id: one.id }, data });
    }
  }
}
