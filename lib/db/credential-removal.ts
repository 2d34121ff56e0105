import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { CredentialRow, ImportCounts, ModelOutcome, RemovalPlan } from "../schemas/model-import.ts";
import { isSecretError, openSecret, originOf, sameSecret } from "../secrets.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { Prisma } from "./generated/client.ts";
import { endImportJob } from "./import-jobs.ts";
import { changeConfig } from "./meta.ts";
import { requireNotFromFile } from "./provider-file.ts";
import type { RemovalUndo } from "./removal-undo.ts";
import { storeRow } from "./stored-row.ts";

const dayMs = 86_400_000;
const recentDays = 7;
/** A removed secret is kept, sealed, only as long as somebody may want it back. */
const undoMs = dayMs;

const parts = { provider: { include: { credentials: true, deployments: { include: { members: true } }, sync: true } } };
type Found = Prisma.CredentialGetPayload<{ include: typeof parts }>;
type FoundProvider = Found["provider"];

/** Every stored credential, by provider. */
export async function listCredentials(): Promise<CredentialRow[]> {
  const rows = await db().credential.findMany({
    select: {
      ...{ id: true, name: true, preview: true, enabled: true },
      provider: { select: { id: true, name: true, baseUrl: true, _count: { select: { deployments: true } } } },
    },
    orderBy: [{ provider: { name: "asc" } }, { id: "asc" }],
  });
  return rows.map(({ provider: { _count, ...provider }, ...credential }) => ({
    ...{ ...credential, provider },
    deployments: _count.deployments,
  }));
}

/** The credential and every other one with the same secret: they are one account. What cannot be opened is no other. */
async function sameAccount(tx: DatabaseTransaction, id: string, masterKey: Buffer): Promise<Found[]> {
  const chosen = found(await tx.credential.findUnique({ where: { id }, include: parts }), "credential");
  const secret = opened(chosen, masterKey);
  if (secret === null) return [chosen];
  const others = await tx.credential.findMany({
    where: { id: { not: id }, preview: chosen.preview },
    include: parts,
    orderBy: { id: "asc" },
  });
  return [
    chosen,
    ...others.filter((other) => {
      const its = opened(other, masterKey);
      return its !== null && sameSecret(its, secret);
    }),
  ];
}

function opened(row: Found, masterKey: Buffer): string | null {
  try {
    const origin = originOf(row.provider.baseUrl);
    return openSecret(masterKey, row.secret, { table: "Credential", row: row.id, origin });
  } catch (error) {
    if (isSecretError(error)) return null;
    throw error;
  }
}

/** Providers whose every credential goes; they go with their deployments. */
function removedProviders(credentials: readonly Found[]): FoundProvider[] {
  const going = new Set(credentials.map(({ id }) => id));
  const providers = new Map(credentials.map(({ provider }) => [provider.id, provider]));
  return [...providers.values()].filter((provider) => provider.credentials.every(({ id }) => going.has(id)));
}

/**
 * What would go with a credential: itself and its likes (the same secret at other providers), and each provider that has
 * no other credential, with its deployments and their places in groups.
 * @throws SluiceError `not_found`
 */
export async function planRemoval(id: string, masterKey: Buffer): Promise<RemovalPlan> {
  return await planned(db(), await sameAccount(db(), id, masterKey));
}

async function planned(tx: DatabaseTransaction, credentials: readonly Found[]): Promise<RemovalPlan> {
  const [chosen] = credentials;
  if (!chosen) throw new TypeError("no credential is to be removed");
  const removed = new Set(removedProviders(credentials).map(({ id }) => id));
  const providers: RemovalPlan["providers"] = [];
  for (const provider of new Map(credentials.map((one) => [one.providerId, one.provider])).values()) {
    const isRemoved = removed.has(provider.id);
    const ids = credentials.filter(({ providerId }) => providerId === provider.id).map((one) => one.id);
    providers.push({
      ...{ id: provider.id, name: provider.name, baseUrl: provider.baseUrl, removed: isRemoved },
      deployments: isRemoved ? provider.deployments.length : 0,
      recentCalls: isRemoved ? await callsOfProvider(tx, provider.id) : await callsOfCredentials(tx, provider, ids),
    });
  }
  const groups = await groupsThatLose(tx, [...removed]);
  const [{ preview, name }] = [chosen];
  return {
    credential: { id: chosen.id, name, preview },
    ...{ providers, groups },
    risky: groups.length > 0 || providers.some(({ recentCalls }) => recentCalls > 0),
  };
}

async function callsOfProvider(tx: DatabaseTransaction, providerId: string): Promise<number> {
  const at = { gte: new Date(Date.now() - recentDays * dayMs) };
  const { _sum } = await tx.usageHour.aggregate({ where: { at, providerId }, _sum: { calls: true } });
  return _sum.calls ?? 0;
}

async function callsOfCredentials(tx: DatabaseTransaction, provider: FoundProvider, ids: string[]): Promise<number> {
  const at = { gte: new Date(Date.now() - recentDays * dayMs) };
  const deploymentId = { in: provider.deployments.map(({ id }) => id) };
  return await tx.attempt.count({ where: { deploymentId, at, credentialId: { in: ids } } });
}

async function groupsThatLose(tx: DatabaseTransaction, providerIds: string[]): Promise<RemovalPlan["groups"]> {
  const rows = await tx.group.findMany({
    where: { members: { some: { deployment: { providerId: { in: providerIds } } } } },
    select: { id: true, name: true, members: { select: { deployment: { select: { providerId: true } } } } },
    orderBy: { name: "asc" },
  });
  return rows.map(({ id, name, members }) => {
    const loses = members.filter(({ deployment }) => providerIds.includes(deployment.providerId)).length;
    return { id, name, loses, empty: loses === members.length };
  });
}

/**
 * Removes everything behind a credential (see {@link planRemoval}). Calls and their roll-ups stay. For a day it can be
 * taken back. Returns the id of its job.
 * @throws SluiceError `not_found`, `missing_required` or `invalid_type` where it is risky and `confirm` does not say the
 * name of the credential's provider
 */
export async function removeCredential(
  id: string,
  confirm: string | undefined,
  { actor, masterKey }: { actor: Actor; masterKey: Buffer },
): Promise<string> {
  return await changeConfig(async (tx) => {
    const credentials = await sameAccount(tx, id, masterKey);
    for (const one of credentials) await requireNotFromFile(tx, one.provider, "provider");
    const plan = await planned(tx, credentials);
    const provider = credentials[0]?.provider;
    if (!provider) throw new TypeError("a credential without a provider");
    requireConfirmed(plan, provider.name, confirm);

    const removed = removedProviders(credentials);
    const removedIds = new Set(removed.map((one) => one.id));
    const undo: RemovalUndo = {
      kind: "removal",
      providers: removed.map(({ credentials: own, deployments, sync, ...row }) => ({
        row: storeRow(row),
        credentials: own.map(storeRow),
        deployments: deployments.map(({ members: _members, ...deployment }) => storeRow(deployment)),
        members: deployments.flatMap(({ members }) => members.map(storeRow)),
        sync: sync && storeRow(sync),
      })),
      credentials: credentials
        .filter(({ providerId }) => !removedIds.has(providerId))
        .map(({ provider: its, ...row }) => ({ origin: originOf(its.baseUrl), row: storeRow(row) })),
    };
    await tx.credential.deleteMany({ where: { id: { in: credentials.map((one) => one.id) } } });
    await tx.provider.deleteMany({ where: { id: { in: [...removedIds] } } });
    await tx.provider.updateMany({
      where: { id: { in: credentials.map(({ providerId }) => providerId) } },
      data: { version: { increment: 1 } },
    });
    await tx.group.updateMany({
      where: { id: { in: plan.groups.map((group) => group.id) } },
      data: { version: { increment: 1 } },
    });
    return await recordRemoval(tx, { plan, provider, removed, undo, actor });
  });
}

function requireConfirmed(plan: RemovalPlan, name: string, confirm: string | undefined): void {
  if (!plan.risky || confirm?.trim() === name) return;
  if (confirm === undefined)
    throw fieldError("confirm", "required", `Groups or recent calls use this. Confirm with the name "${name}".`);
  throw fieldError("confirm", "bad_value", `This is not the name of the provider, "${name}".`);
}

async function recordRemoval(
  tx: DatabaseTransaction,
  {
    plan,
    provider,
    removed,
    undo,
    actor,
  }: {
    plan: RemovalPlan;
    provider: FoundProvider;
    removed: readonly FoundProvider[];
    undo: RemovalUndo;
    actor: Actor;
  },
): Promise<string> {
  const outcomes = removed.flatMap(({ deployments }) =>
    deployments.map(({ id, name, model }): ModelOutcome => ({ model, name, deploymentId: id, outcome: "removed" })),
  );
  const counts: ImportCounts = {
    ...{ listed: 0, added: 0, updated: 0, disabled: 0, vanished: 0, unchanged: 0 },
    removed: outcomes.length,
  };
  const id = newId("imp");
  const now = new Date();
  await tx.importJob.create({
    data: {
      ...{ id, kind: "removal", providerId: provider.id, providerName: provider.name, actorName: actor.name },
      ...{ input: { credential: plan.credential }, createdAt: now, startedAt: now },
    },
  });
  await endImportJob(tx, id, { counts, outcomes, undo, undoUntil: new Date(now.getTime() + undoMs) });
  await recordAudit(tx, {
    actor,
    action: "remove_credential",
    target: { type: "provider", id: provider.id, name: provider.name },
    before: {
      credential: plan.credential,
      providers: plan.providers.map(({ name, removed: gone, deployments }) => ({ name, removed: gone, deployments })),
      groups: plan.groups.map(({ name, loses }) => ({ name, loses })),
    },
  });
  return id;
}
