import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type { KeyInput, KeyListQuery, KeyPatch, KeyRotateInput, KeyView, KeyWithSecret } from "../schemas/keys.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { playgroundSource } from "../schemas/playground.ts";
import { hashClientKey, makeClientKey, previewOf } from "../secrets.ts";
import { startOfDay, startOfMonth } from "../zoned-time.ts";
import { recordAudit } from "./audit.ts";
import { found, requireVersion } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { Prisma } from "./generated/client.ts";
import { keySettings } from "./key-settings.ts";
import { usedOf } from "./limit-use.ts";
import { changeConfig } from "./meta.ts";
import { pageOf } from "./page.ts";
import { requireNotFromFile } from "./provider-file.ts";
import { localDays } from "./roll-up-rows.ts";

const parts = {
  groups: { select: { group: { select: { id: true, name: true } } } },
  secrets: { orderBy: { createdAt: "desc" } },
} satisfies Prisma.ApiKeyInclude;

/** Keys that people have. Those of the playground come and go by themselves. */
const ordinary = { deletedAt: null, source: { not: playgroundSource } } satisfies Prisma.ApiKeyWhereInput;

/** Hours a sparkline goes back. */
const sparkHours = 24;
const hourMs = 3_600_000;
/** For how long after a refusal a key counts as rate-limited. */
const rateLimitedMs = 5 * 60_000;

type Row = Prisma.ApiKeyGetPayload<{ include: typeof parts }>;
type Usage = KeyView["usage"];

const noUsage = (timeZone: string, nowMs: number): Usage => ({
  costUsd: { day: "0", month: "0", total: "0" },
  calls: { day: 0, month: 0, total: 0 },
  resetsAt: resetsAt(timeZone, nowMs),
  lastUsedAt: null,
});

/** When the running day and month end in a zone, RFC 3339. */
function resetsAt(timeZone: string, nowMs: number): Usage["resetsAt"] {
  return {
    day: new Date(startOfDay(nowMs, timeZone, 1)).toISOString(),
    month: new Date(startOfMonth(nowMs, timeZone, 1)).toISOString(),
  };
}

/** What a key is and may do, without what it used: the part a person changes, and what the audit log keeps. */
function settingsOf(row: Row, owners: Owners, nowMs: number): Omit<KeyView, "usage" | "activity"> {
  return {
    ...keySettings(row),
    owner: row.ownerId === null ? null : { id: row.ownerId, name: owners.get(row.ownerId) ?? row.ownerId },
    preview: row.preview,
    oldSecrets: row.secrets.flatMap(({ preview, validUntil }) =>
      validUntil && validUntil.getTime() > nowMs ? [{ preview, validUntil: validUntil.toISOString() }] : [],
    ),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

type Activity = KeyView["activity"];

const noActivity = (): Activity => ({
  callsByHour: Array.from({ length: sparkHours }, () => 0),
  rateLimitedAt: null,
});

/** What keys did just now. */
async function activityOf(ids: readonly string[], nowMs: number): Promise<Map<string, Activity>> {
  const [hours, limited] = await Promise.all([callsByHourOf(ids, nowMs), rateLimitedOf(ids, nowMs)]);
  return new Map(
    ids.map((id) => [
      id,
      {
        callsByHour: hours.get(id) ?? noActivity().callsByHour,
        rateLimitedAt: limited.get(id)?.toISOString() ?? null,
      },
    ]),
  );
}

/** Calls by hour of the last 24 hours, the running one last: one query for all keys. */
async function callsByHourOf(ids: readonly string[], nowMs: number): Promise<Map<string, number[]>> {
  const firstMs = Math.floor(nowMs / hourMs) * hourMs - (sparkHours - 1) * hourMs;
  const rows = await db().usageHour.groupBy({
    by: ["keyId", "at"],
    where: { keyId: { in: [...ids] }, at: { gte: new Date(firstMs) } },
    _sum: { calls: true },
  });
  const hours = new Map<string, number[]>();
  for (const { keyId, at, _sum } of rows) {
    const calls = hours.get(keyId) ?? Array.from({ length: sparkHours }, () => 0);
    const position = Math.floor((at.getTime() - firstMs) / hourMs);
    if (position >= 0 && position < sparkHours) calls[position] = (calls[position] ?? 0) + (_sum.calls ?? 0);
    hours.set(keyId, calls);
  }
  return hours;
}

/** When calls of keys were last refused by their own rate limits, of those that were just now. */
async function rateLimitedOf(ids: readonly string[], nowMs: number): Promise<Map<string, Date>> {
  const rows = await db().call.groupBy({
    by: ["keyId"],
    where: {
      at: { gte: new Date(nowMs - rateLimitedMs) },
      keyId: { in: [...ids] },
      outcome: "rejected",
      errorCode: "rate_limit_exceeded",
    },
    _max: { at: true },
  });
  return new Map(rows.flatMap(({ keyId, _max }) => (keyId !== null && _max.at ? [[keyId, _max.at]] : [])));
}

type Owners = ReadonlyMap<string, string>;

/** The names of the accounts that own keys. */
async function ownersOf(tx: DatabaseTransaction, rows: readonly { ownerId: string | null }[]): Promise<Owners> {
  const ids = [...new Set(rows.flatMap(({ ownerId }) => ownerId ?? []))];
  if (ids.length === 0) return new Map();
  const users = await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, username: true } });
  return new Map(users.map(({ id, username }) => [id, username]));
}

/** @throws SluiceError `invalid_type` for an account that is not there */
async function requireOwner(tx: DatabaseTransaction, ownerId: string | null | undefined): Promise<void> {
  if (ownerId == null || (await tx.user.count({ where: { id: ownerId } })) > 0) return;
  throw fieldError("ownerId", "unknown_reference", `There is no account "${ownerId}".`, { value: ownerId });
}

/** Calls of keys since a local day of the instance, that day included; null = ever. */
async function callsOf(ids: readonly string[], sinceDay: string | null): Promise<Map<string, number>> {
  const rows = await db().usageDay.groupBy({
    by: ["keyId"],
    where: { keyId: { in: [...ids] }, ...(sinceDay !== null && { day: { gte: sinceDay } }) },
    _sum: { calls: true },
  });
  return new Map(rows.map((row) => [row.keyId, row._sum.calls ?? 0]));
}

/** When a key was last used: to the millisecond while its newest call is kept, to the hour after that. */
async function lastUsedAt(keyId: string): Promise<string | null> {
  const order = { where: { keyId }, orderBy: { at: "desc" }, select: { at: true } } as const;
  const last = (await db().call.findFirst(order)) ?? (await db().usageHour.findFirst(order));
  return last?.at.toISOString() ?? null;
}

/** What keys spent, as their budgets count it, and how often they called. Both outlive the call log. */
async function usageOf(ids: readonly string[], timeZone: string, nowMs: number): Promise<Map<string, Usage>> {
  const starts = { day: startOfDay(nowMs, timeZone), month: startOfMonth(nowMs, timeZone), total: 0 };
  const windows = Object.entries(starts);
  const used = await usedOf(
    ids.flatMap((id) => windows.map(([name, start]) => ({ counter: `key/${id}/${name}`, start }))),
  );
  const spent = new Map(used.map(({ counter, amount }) => [counter, nanosToUsd(amount)]));
  const dayOf = localDays(timeZone);
  const calls = {
    day: await callsOf(ids, dayOf(starts.day)),
    month: await callsOf(ids, dayOf(starts.month)),
    total: await callsOf(ids, null),
  };
  const usage = new Map<string, Usage>();
  for (const id of ids) {
    const cost = (window: keyof typeof starts) => spent.get(`key/${id}/${window}`) ?? "0";
    usage.set(id, {
      costUsd: { day: cost("day"), month: cost("month"), total: cost("total") },
      calls: { day: calls.day.get(id) ?? 0, month: calls.month.get(id) ?? 0, total: calls.total.get(id) ?? 0 },
      resetsAt: resetsAt(timeZone, nowMs),
      lastUsedAt: await lastUsedAt(id),
    });
  }
  return usage;
}

const nanosColumn = (nanos: number | null | undefined) => (nanos == null ? nanos : BigInt(nanos));

/** Columns for the given fields; an absent field stays absent, so that it keeps its value or default. */
function columns(input: Omit<KeyInput, "name" | "groups">) {
  const { limits, expiresAt } = input;
  return {
    allowRawModels: input.allowRawModels,
    budgetDayNanos: nanosColumn(limits?.budgetUsd?.day),
    budgetMonthNanos: nanosColumn(limits?.budgetUsd?.month),
    budgetTotalNanos: nanosColumn(limits?.budgetUsd?.total),
    rpm: limits?.rpm,
    tpm: limits?.tpm,
    concurrent: limits?.concurrent,
    expiresAt: expiresAt == null ? expiresAt : new Date(expiresAt),
    allowedIps: input.allowedIps,
    storeBodies: input.storeBodies,
    allowRouteChoice: input.allowRouteChoice,
    enabled: input.enabled,
    ownerId: input.ownerId,
  };
}

/** Group names or aliases → what is stored. @throws SluiceError `invalid_type` naming the first unknown one */
async function grantOf(
  tx: DatabaseTransaction,
  names: readonly string[],
): Promise<{ allGroups: boolean; groupIds: string[] }> {
  if (names.includes("*")) return { allGroups: true, groupIds: [] };
  const groups = await tx.group.findMany({
    where: { OR: [{ name: { in: [...names] } }, { aliases: { some: { name: { in: [...names] } } } }] },
    select: { id: true, name: true, aliases: { select: { name: true } } },
  });
  const ids = new Map(
    groups.flatMap(({ id, name, aliases }) => [name, ...aliases.map((alias) => alias.name)].map((one) => [one, id])),
  );
  const unknown = names.findIndex((name) => !ids.has(name));
  if (unknown >= 0) {
    const value = names[unknown] ?? "";
    throw fieldError(`groups[${unknown}]`, "unknown_reference", `There is no group "${value}".`, { value });
  }
  return { allGroups: false, groupIds: [...new Set(names.flatMap((name) => ids.get(name) ?? []))] };
}

const groupRows = (groupIds: readonly string[]) => groupIds.map((groupId) => ({ groupId }));

/** @throws SluiceError `not_found`, also for deleted keys */
async function rowOf(tx: DatabaseTransaction, id: string): Promise<Row> {
  return found(await tx.apiKey.findFirst({ where: { id, ...ordinary }, include: parts }), "API key");
}

async function viewsOf(rows: readonly Row[], timeZone: string): Promise<KeyView[]> {
  const nowMs = Date.now();
  const ids = rows.map(({ id }) => id);
  const [usage, activity, owners] = await Promise.all([
    usageOf(ids, timeZone, nowMs),
    activityOf(ids, nowMs),
    ownersOf(db(), rows),
  ]);
  return rows.map((row) => ({
    ...settingsOf(row, owners, nowMs),
    usage: usage.get(row.id) ?? noUsage(timeZone, nowMs),
    activity: activity.get(row.id) ?? noActivity(),
  }));
}

async function viewWithUsage(row: Row, timeZone: string): Promise<KeyView> {
  return found((await viewsOf([row], timeZone))[0] ?? null, "API key");
}

/** `timeZone` decides where the running day and month of `usage` begin. */
export async function listKeys(query: KeyListQuery, timeZone: string): Promise<Page<KeyView>> {
  const named = query.group === undefined ? undefined : { group: { OR: [{ id: query.group }, { name: query.group }] } };
  const rows = await db().apiKey.findMany({
    where: {
      ...ordinary,
      enabled: query.enabled,
      ...(query.owner !== undefined && { ownerId: query.owner === "none" ? null : query.owner }),
      ...(named && { OR: [{ allGroups: true }, { groups: { some: named } }] }),
    },
    select: { id: true, name: true, preview: true, createdAt: true, expiresAt: true },
  });
  const page = pageOf(rows, query, {
    sort: "-createdAt",
    texts: (row) => [row.name, row.preview],
    values: { name: (row) => row.name, createdAt: (row) => row.createdAt, expiresAt: (row) => row.expiresAt },
  });
  const ids = page.items.map((row) => row.id);
  const full = await db().apiKey.findMany({ where: { id: { in: ids } }, include: parts });
  const byId = new Map(full.map((row) => [row.id, row]));
  const listed = ids.flatMap((id) => byId.get(id) ?? []);
  return { ...page, items: await viewsOf(listed, timeZone) };
}

/** How many keys there are, whatever their state. */
export async function countKeys(): Promise<number> {
  return await db().apiKey.count({ where: ordinary });
}

/** @throws SluiceError `not_found` */
export async function getKey(id: string, timeZone: string): Promise<KeyView> {
  return viewWithUsage(await rowOf(db(), id), timeZone);
}

/** Makes a key. Its text is in this answer and nowhere else afterwards. @throws SluiceError `invalid_type` (unknown group) */
export async function createKey(
  input: KeyInput,
  { actor, masterKey, timeZone }: { actor: Actor; masterKey: Buffer; timeZone: string },
): Promise<KeyWithSecret> {
  const key = makeClientKey();
  const { name, groups = [], ownerId: given, ...fields } = input;
  const ownerId = given === undefined && actor.type === "user" ? actor.id : given;
  return await changeConfig(async (tx) => {
    await requireOwner(tx, ownerId);
    const { allGroups, groupIds } = await grantOf(tx, groups);
    const row = await tx.apiKey.create({
      data: {
        id: newId("key"),
        name,
        preview: previewOf(key),
        allGroups,
        ...columns({ ...fields, ownerId }),
        groups: { create: groupRows(groupIds) },
        secrets: { create: { hash: hashClientKey(masterKey, key), preview: previewOf(key) } },
      },
      include: parts,
    });
    const nowMs = Date.now();
    const after = settingsOf(row, await ownersOf(tx, [row]), nowMs);
    const kept = { ...after, owner: after.owner?.name ?? null };
    await recordAudit(tx, { actor, action: "create", target: { type: "api_key", id: row.id, name }, after: kept });
    return { ...after, usage: noUsage(timeZone, nowMs), activity: noActivity(), key };
  });
}

/** @throws SluiceError `not_found`, `conflict` (stale version), `invalid_type` (unknown group) */
export async function updateKey(id: string, patch: KeyPatch, actor: Actor, timeZone: string): Promise<KeyView> {
  const { version, name, groups, ...fields } = patch;
  const changed = await changeConfig(async (tx) => {
    const row = await rowOf(tx, id);
    await requireNotFromFile(tx, row, "API key");
    requireVersion(row, version);
    await requireOwner(tx, fields.ownerId);
    const grant = groups && (await grantOf(tx, groups));
    const after = await tx.apiKey.update({
      where: { id },
      data: {
        name,
        ...columns(fields),
        ...(grant && { allGroups: grant.allGroups, groups: { deleteMany: {}, create: groupRows(grant.groupIds) } }),
        version: { increment: 1 },
      },
      include: parts,
    });
    const target = { type: "api_key", id, name: after.name } as const;
    const nowMs = Date.now();
    const owners = await ownersOf(tx, [row, after]);
    const kept = (one: Row) => ({ ...settingsOf(one, owners, nowMs), owner: owners.get(one.ownerId ?? "") ?? null });
    await recordAudit(tx, { actor, action: "update", target, before: kept(row), after: kept(after) });
    return after;
  });
  return viewWithUsage(changed, timeZone);
}

/** Gives a key a new secret. The old one works for `graceHours` more; secrets of earlier rotations end where they did. */
export async function rotateKey(
  id: string,
  { graceHours }: KeyRotateInput,
  { actor, masterKey, timeZone }: { actor: Actor; masterKey: Buffer; timeZone: string },
): Promise<KeyWithSecret> {
  const key = makeClientKey();
  const changed = await changeConfig(async (tx) => {
    const row = await rowOf(tx, id);
    await requireNotFromFile(tx, row, "API key");
    const validUntil = new Date(Date.now() + graceHours * hourMs);
    if (graceHours === 0) await tx.apiKeySecret.deleteMany({ where: { keyId: id } });
    else await tx.apiKeySecret.updateMany({ where: { keyId: id, validUntil: null }, data: { validUntil } });
    const after = await tx.apiKey.update({
      where: { id },
      data: {
        preview: previewOf(key),
        secrets: { create: { hash: hashClientKey(masterKey, key), preview: previewOf(key) } },
        version: { increment: 1 },
      },
      include: parts,
    });
    await recordAudit(tx, {
      actor,
      action: "rotate",
      target: { type: "api_key", id, name: row.name },
      before: { preview: row.preview },
      after: { preview: after.preview, secret: "changed", graceHours },
    });
    return after;
  });
  return { ...(await viewWithUsage(changed, timeZone)), key };
}

/** Ends a key at once. Its row stays for the call log's sake; its secrets are forgotten. */
export async function deleteKey(id: string, actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    const row = await rowOf(tx, id);
    await requireNotFromFile(tx, row, "API key");
    await tx.apiKeySecret.deleteMany({ where: { keyId: id } });
    await tx.apiKey.update({
      where: { id },
      data: { deletedAt: new Date(), enabled: false, version: { increment: 1 } },
    });
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "api_key", id, name: row.name },
      before: settingsOf(row, await ownersOf(tx, [row]), Date.now()),
    });
  });
}
