import { newId } from "../id.ts";
import type { Actor, AuditAction, AuditListEntry, AuditListQuery, AuditTarget, AuditView } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import { rangeMs } from "../schemas/range.ts";
import { found } from "./change.ts";
import { db } from "./client.ts";
import { type AuditEvent, Prisma } from "./generated/client.ts";
import { decodeCursor, defaultPageSize, encodeCursor } from "./page.ts";
import { scan } from "./scan.ts";

type Snapshot = Readonly<Record<string, unknown>>;

/** One act to keep: snapshots hold what can be shown; a secret appears as the word "changed" or not at all. */
export type AuditEntry = {
  actor: Actor;
  action: AuditAction;
  target: { type: AuditTarget; id: string | null; name: string | null };
  before?: Snapshot | null;
  after?: Snapshot | null;
};

/** Kept by every row and never news. */
const unremarkable = new Set([
  "id",
  "createdAt",
  "updatedAt",
  "version",
  "state",
  "quotaUse",
  "usage",
  "deployments",
  "keyCount",
]);

function only(snapshot: Snapshot, keep: (key: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(snapshot).filter(([key]) => !unremarkable.has(key) && keep(key)));
}

/** The two snapshots without the fields that are the same in both. */
export function changedFields(before: Snapshot | null, after: Snapshot | null) {
  if (!before || !after) return { before: before && only(before, () => true), after: after && only(after, () => true) };
  const differs = (key: string) => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  return { before: only(before, differs), after: only(after, differs) };
}

/** JSON as Prisma wants it: plain values, and a real NULL for nothing. */
function json(value: Record<string, unknown> | null): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null ? Prisma.DbNull : (JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue);
}

/** Adds an entry to the audit log, in the transaction of the act itself. */
export async function recordAudit(tx: Prisma.TransactionClient, entry: AuditEntry): Promise<void> {
  const { before, after } = changedFields(entry.before ?? null, entry.after ?? null);
  await tx.auditEvent.create({
    data: {
      id: newId("aud"),
      at: new Date(),
      actorType: entry.actor.type,
      actorId: entry.actor.id,
      actorName: entry.actor.name,
      action: entry.action,
      targetType: entry.target.type,
      targetId: entry.target.id,
      targetName: entry.target.name,
      before: json(before),
      after: json(after),
      ip: entry.actor.ip,
    },
  });
}

/** {@link recordAudit} for acts that change no row, such as reading a stored prompt. */
export async function recordAct(entry: AuditEntry): Promise<void> {
  await recordAudit(db(), entry);
}

function asObject(value: Prisma.JsonValue): Record<string, unknown> | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
}

function view(row: AuditEvent): AuditView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { type: row.actorType as Actor["type"], id: row.actorId, name: row.actorName },
    action: row.action,
    target: { type: row.targetType, id: row.targetId, name: row.targetName },
    before: asObject(row.before),
    after: asObject(row.after),
    ip: row.ip,
  };
}

/** @throws SluiceError `not_found` */
export async function getAuditEntry(id: string): Promise<AuditView> {
  return view(found(await db().auditEvent.findUnique({ where: { id } }), "audit entry"));
}

const searchStep = 500;

/** The audit log, newest first. `targetId` null = of what has no id. */
export async function listAudit(
  query: Omit<AuditListQuery, "targetId"> & { targetId?: string | null },
): Promise<Page<AuditView>> {
  const limit = query.limit ?? defaultPageSize;
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, "-at");
  const conditions: Prisma.AuditEventWhereInput[] = [];
  const from = query.from ?? (query.range === undefined ? undefined : Date.now() - rangeMs(query.range));
  if (from !== undefined) conditions.push({ at: { gte: new Date(from) } });
  if (query.to !== undefined) conditions.push({ at: { lt: new Date(query.to) } });
  if (query.targetType) conditions.push({ targetType: { in: query.targetType } });
  if (query.targetId !== undefined) conditions.push({ targetId: query.targetId });
  if (query.object) {
    conditions.push({ OR: [{ targetName: { in: query.object } }, { targetId: { in: query.object } }] });
  }
  if (query.action) conditions.push({ action: { in: query.action } });
  if (query.actorId) conditions.push({ actorId: query.actorId });
  if (query.actor) conditions.push({ OR: [{ actorName: { in: query.actor } }, { actorId: { in: query.actor } }] });
  if (query.actorType) conditions.push({ actorType: { in: query.actorType } });
  const fetch = (last: { at: Date; id: string } | null, take: number) =>
    db().auditEvent.findMany({
      where: {
        AND: last
          ? [...conditions, { OR: [{ at: { lt: last.at } }, { at: last.at, id: { lt: last.id } }] }]
          : conditions,
      },
      orderBy: [{ at: "desc" }, { id: "desc" }],
      take,
    });
  const start = after && { at: new Date(Number(after.value)), id: after.id };
  const wanted = query.q?.toLowerCase();
  const { rows, rest } = await scan({
    wanted: limit,
    step: wanted ? searchStep : limit + 1,
    fetch: (last: AuditEvent | null, take) => fetch(last ?? start, take),
    keep: (row) =>
      !wanted ||
      [row.targetName, row.actorName, row.action, row.targetId, row.ip].some((text) =>
        text?.toLowerCase().includes(wanted),
      ),
  });
  return {
    items: rows.map(view),
    nextCursor: rest && encodeCursor({ sort: "-at", value: rest.at.getTime(), id: rest.id }),
  };
}

/** {@link listAudit} with what is left of each object. */
export async function listAuditEntries(query: AuditListQuery): Promise<Page<AuditListEntry>> {
  const page = await listAudit(query);
  const idsOf = (type: AuditTarget) => ({
    id: { in: page.items.flatMap(({ target }) => (target.type === type && target.id !== null ? [target.id] : [])) },
  });
  const id = { id: true } as const;
  const [providers, deployments, groups, keys] = await Promise.all([
    db().provider.findMany({ where: idsOf("provider"), select: id }),
    db().deployment.findMany({ where: idsOf("deployment"), select: { ...id, providerId: true } }),
    db().group.findMany({ where: idsOf("group"), select: id }),
    db().apiKey.findMany({ where: { ...idsOf("api_key"), deletedAt: null }, select: id }),
  ]);
  const providerOf = new Map(deployments.map((row) => [row.id, row.providerId]));
  const there = new Set([...providers, ...deployments, ...groups, ...keys].map((row) => row.id));
  const items = page.items.map((entry) => ({
    ...entry,
    target: {
      ...entry.target,
      exists: there.has(entry.target.id ?? ""),
      providerId: providerOf.get(entry.target.id ?? "") ?? null,
    },
  }));
  return { ...page, items };
}

const exportPage = 500;

/** Every entry a filter finds, newest first, a page at a time. */
export async function* allAudit(filter: AuditListQuery): AsyncGenerator<AuditView[], undefined> {
  for (let cursor: string | undefined; ; ) {
    const page = await listAudit({ ...filter, limit: exportPage, cursor });
    yield page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

/** Who stands in the audit log, by name. */
export async function auditActors(): Promise<{ type: Actor["type"]; name: string }[]> {
  const rows = await db().auditEvent.groupBy({
    by: ["actorType", "actorName"],
    orderBy: [{ actorName: "asc" }],
    take: 200,
  });
  return rows.map(({ actorType, actorName }) => ({ type: actorType as Actor["type"], name: actorName }));
}
