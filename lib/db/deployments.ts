import { newId } from "../id.ts";
import type { Actor, AuditAction } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type {
  DeploymentInput,
  DeploymentListQuery,
  DeploymentPatch,
  DeploymentView,
  HoldInput,
  ProviderDeploymentInput,
} from "../schemas/deployments.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { recordAudit } from "./audit.ts";
import { found, nameTaken, requireVersion } from "./change.ts";
import { db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { Prisma } from "./generated/client.ts";
import { changeConfig } from "./meta.ts";
import { pageOf } from "./page.ts";
import { requireNotFromFile } from "./provider-file.ts";

/** What a deployment is read with, here and inside a provider. */
export const deploymentParts = {
  provider: { select: { id: true, name: true } },
  members: { select: { group: { select: { id: true, name: true } } } },
} satisfies Prisma.DeploymentInclude;

type Row = Prisma.DeploymentGetPayload<{ include: typeof deploymentParts }>;

const allSupported = { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: true };

export function supportsOf(stored: Prisma.JsonValue): typeof allSupported {
  const flags = stored !== null && typeof stored === "object" && !Array.isArray(stored) ? stored : {};
  const flag = (name: keyof typeof allSupported) => (typeof flags[name] === "boolean" ? flags[name] : true);
  return {
    stream: flag("stream"),
    nonStream: flag("nonStream"),
    tools: flag("tools"),
    vision: flag("vision"),
    jsonSchema: flag("jsonSchema"),
  };
}

const usdOrNull = (nanos: bigint | null) => (nanos === null ? null : nanosToUsd(nanos));

/** A deployment to show. `state` and `quotaUse` are filled in by whoever can ask the running gateway. */
export function deploymentView(row: Row, nowMs: number = Date.now()): DeploymentView {
  const held = row.heldAt !== null && (row.heldUntil === null || row.heldUntil.getTime() > nowMs);
  return {
    id: row.id,
    providerId: row.providerId,
    provider: row.provider,
    model: row.model,
    name: row.name,
    inputPrice: usdOrNull(row.inputPriceNanos),
    outputPrice: usdOrNull(row.outputPriceNanos),
    cachedInputPrice: usdOrNull(row.cachedInputPriceNanos),
    cacheWritePrice: usdOrNull(row.cacheWritePriceNanos),
    callPrice: usdOrNull(row.callPriceNanos),
    priceSource: row.priceSource as DeploymentView["priceSource"],
    pricedAt: row.pricedAt?.toISOString() ?? null,
    contextWindow: row.contextWindow,
    supports: supportsOf(row.supports),
    quota: {
      requestsPerPeriod: row.requestsPerPeriod,
      tokensPerPeriod: row.tokensPerPeriod === null ? null : Number(row.tokensPerPeriod),
      periodCron: row.periodCron,
      total: row.totalQuota,
    },
    quotaResetAt: row.quotaResetAt?.toISOString() ?? null,
    maxConcurrent: row.maxConcurrent,
    enabled: row.enabled,
    source: row.source,
    held:
      held && row.heldAt
        ? { at: row.heldAt.toISOString(), until: row.heldUntil?.toISOString() ?? null, reason: row.heldReason }
        : null,
    groups: row.members.map((member) => member.group),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    state: null,
    quotaUse: null,
  };
}

type Writable = Omit<ProviderDeploymentInput, "model" | "name">;

const nanosColumn = (nanos: number | null | undefined) => (nanos == null ? nanos : BigInt(nanos));

const priceColumns = [
  "inputPriceNanos",
  "outputPriceNanos",
  "cachedInputPriceNanos",
  "cacheWritePriceNanos",
  "callPriceNanos",
] as const;
export type PriceColumns = Record<(typeof priceColumns)[number], bigint | null>;

/** Who said the prices, when they are others than the stored ones; nothing to write while they are the same. */
function typedPrices(before: PriceColumns | null, given: Partial<Record<keyof PriceColumns, bigint | null>>) {
  const differs = priceColumns.some((name) => given[name] !== undefined && given[name] !== (before?.[name] ?? null));
  return differs ? { priceSource: "typed", pricedAt: new Date() } : {};
}

/** Columns for the given fields; an absent field stays absent, so that it keeps its value or default. */
function columns(input: Writable, supports: typeof allSupported) {
  const tokens = input.quota?.tokensPerPeriod;
  return {
    inputPriceNanos: nanosColumn(input.inputPrice),
    outputPriceNanos: nanosColumn(input.outputPrice),
    cachedInputPriceNanos: nanosColumn(input.cachedInputPrice),
    cacheWritePriceNanos: nanosColumn(input.cacheWritePrice),
    callPriceNanos: nanosColumn(input.callPrice),
    contextWindow: input.contextWindow,
    supports: { ...supports, ...input.supports },
    requestsPerPeriod: input.quota?.requestsPerPeriod,
    tokensPerPeriod: nanosColumn(tokens),
    periodCron: input.quota?.periodCron,
    totalQuota: input.quota?.total,
    maxConcurrent: input.maxConcurrent,
    enabled: input.enabled,
  };
}

/** The columns of a new deployment. Its name defaults to the model's. */
export function newDeploymentData(input: ProviderDeploymentInput) {
  const given = columns(input, allSupported);
  return {
    id: newId("dep"),
    model: input.model,
    name: input.name ?? input.model,
    ...given,
    ...typedPrices(null, given),
  };
}

async function requireFreeName(tx: Prisma.TransactionClient, providerId: string, name: string): Promise<void> {
  const taken = await tx.deployment.findUnique({
    where: { providerId_name: { providerId, name } },
    select: { id: true },
  });
  if (taken) throw nameTaken("name", name);
}

export async function listDeployments(query: DeploymentListQuery): Promise<Page<DeploymentView>> {
  const rows = await db().deployment.findMany({
    where: { providerId: query.providerId, enabled: query.enabled },
    select: { id: true, name: true, model: true, createdAt: true, provider: { select: { name: true } } },
  });
  const page = pageOf(rows, query, {
    sort: "name",
    texts: (row) => [row.name, row.model, row.provider.name],
    values: { name: (row) => row.name, model: (row) => row.model, createdAt: (row) => row.createdAt },
  });
  const ids = page.items.map((row) => row.id);
  const full = await db().deployment.findMany({ where: { id: { in: ids } }, include: deploymentParts });
  const byId = new Map(full.map((row) => [row.id, row]));
  return { ...page, items: ids.flatMap((id) => byId.get(id) ?? []).map((row) => deploymentView(row)) };
}

/** @throws SluiceError `not_found` */
export async function getDeployment(id: string): Promise<DeploymentView> {
  return deploymentView(
    found(await db().deployment.findUnique({ where: { id }, include: deploymentParts }), "deployment"),
  );
}

/** @throws SluiceError `invalid_type` (unknown provider), `conflict` (name taken at this provider) */
export async function createDeployment(input: DeploymentInput, actor: Actor): Promise<DeploymentView> {
  return await changeConfig(async (tx) => {
    const provider = await tx.provider.findUnique({ where: { id: input.providerId }, select: { source: true } });
    if (!provider) {
      throw fieldError("providerId", "unknown_reference", "There is no provider with this id.");
    }
    await requireNotFromFile(tx, provider, "provider");
    const data = newDeploymentData(input);
    await requireFreeName(tx, input.providerId, data.name);
    const row = await tx.deployment.create({
      data: { ...data, providerId: input.providerId },
      include: deploymentParts,
    });
    const after = deploymentView(row);
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "deployment", id: row.id, name: row.name },
      after,
    });
    return after;
  });
}

/** Reads, changes and audits one deployment; the change may look at what is there. */
async function changeDeployment(
  id: string,
  how: { actor: Actor; action: AuditAction; version?: number },
  data: (
    row: Row,
    tx: Prisma.TransactionClient,
  ) => Promise<Prisma.DeploymentUpdateInput> | Prisma.DeploymentUpdateInput,
): Promise<DeploymentView> {
  return await changeConfig(async (tx) => {
    const row = found(await tx.deployment.findUnique({ where: { id }, include: deploymentParts }), "deployment");
    requireVersion(row, how.version);
    const changed = await tx.deployment.update({
      where: { id },
      data: { ...(await data(row, tx)), version: { increment: 1 } },
      include: deploymentParts,
    });
    const after = deploymentView(changed);
    await recordAudit(tx, {
      actor: how.actor,
      action: how.action,
      target: { type: "deployment", id, name: changed.name },
      before: deploymentView(row),
      after,
    });
    return after;
  });
}

/** @throws SluiceError `not_found`, `conflict` (stale version, name taken, or from the provider file) */
export async function updateDeployment(id: string, patch: DeploymentPatch, actor: Actor): Promise<DeploymentView> {
  const { version, model, name, ...rest } = patch;
  return await changeDeployment(id, { actor, action: "update", version }, async (row, tx) => {
    await requireNotFromFile(tx, row, "deployment");
    if (name !== undefined && name !== row.name) await requireFreeName(tx, row.providerId, name);
    const given = columns(rest, supportsOf(row.supports));
    return { model, name, ...given, ...typedPrices(row, given) };
  });
}

/** Takes a deployment out of use until it is released, or until the given time. */
export async function holdDeployment(id: string, input: HoldInput, actor: Actor): Promise<DeploymentView> {
  const until = input.until == null ? null : new Date(input.until);
  if (until && until.getTime() <= Date.now()) {
    throw fieldError("until", "in_the_past", "This time has passed.");
  }
  return await changeDeployment(id, { actor, action: "hold" }, () => ({
    heldAt: new Date(),
    heldUntil: until,
    heldReason: input.reason || null,
  }));
}

export async function releaseDeployment(id: string, actor: Actor): Promise<DeploymentView> {
  return await changeDeployment(id, { actor, action: "release" }, () => ({
    heldAt: null,
    heldUntil: null,
    heldReason: null,
  }));
}

/**
 * Begins the quota of a deployment anew: only calls that begin from now on count. What was used before stays recorded
 * under the windows that end here, and calls under way are still charged to those.
 * @throws SluiceError `not_found`
 */
export async function resetQuota(id: string, actor: Actor): Promise<DeploymentView> {
  return await changeDeployment(id, { actor, action: "reset_quota" }, () => ({ quotaResetAt: new Date() }));
}

/** Removes a deployment, also from its groups. The call log keeps its name. */
export async function deleteDeployment(id: string, actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    const row = found(await tx.deployment.findUnique({ where: { id }, include: deploymentParts }), "deployment");
    await requireNotFromFile(tx, row, "deployment");
    await tx.deployment.delete({ where: { id } });
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "deployment", id, name: row.name },
      before: deploymentView(row),
    });
  });
}
