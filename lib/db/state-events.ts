import { newId } from "../id.ts";
import type { EndReason, GatewayEventKind } from "../schemas/health.ts";
import { db } from "./client.ts";

/**
 * The history of what the gateway decided about deployments and credentials (StateEvent), and of what people did about
 * them, which is read from the audit log. Times are epoch milliseconds.
 */

/** How long events are kept: as long as the longest health strip, and a month. */
export const stateEventsKeptMs = 120 * 86_400_000;

/** What was known when it happened. Absent members mean nothing for the kind. */
export type StateDetail = {
  /** Names as they were then. */
  provider?: string;
  deployment?: string;
  credentialId?: string;
  failures?: number;
  threshold?: number;
  windowMinutes?: number;
  /** The oldest of the failures that opened a circuit. */
  since?: number;
  until?: number;
  httpStatus?: number;
};

export type StateEvent = {
  at: number;
  kind: GatewayEventKind;
  providerId: string;
  /** Empty = the whole provider. */
  deploymentId: string;
  reason: string | null;
  detail: StateDetail;
};

export async function appendStateEvents(events: readonly StateEvent[]): Promise<void> {
  await db().stateEvent.createMany({
    data: events.map(({ at, ...event }) => ({ ...event, id: newId("evt", at), at: new Date(at) })),
  });
}

type Row = { at: Date; kind: string; providerId: string; deploymentId: string; reason: string | null; detail: unknown };

const columns = { at: true, kind: true, providerId: true, deploymentId: true, reason: true, detail: true } as const;

const eventOf = ({ at, kind, detail, ...row }: Row): StateEvent => ({
  ...row,
  at: at.getTime(),
  kind: kind as GatewayEventKind,
  detail: (detail ?? {}) as StateDetail,
});

/**
 * The newest event of each circuit and each credential before a moment, where it says that it is out of use. The database
 * chooses by its index: months of a flapping provider are a hundred thousand rows, and a few of them are wanted.
 */
async function outOfUse(before: number): Promise<StateEvent[]> {
  const newest = await db().$queryRaw<{ id: string | null }[]>`
    SELECT (
      SELECT e."id" FROM "StateEvent" e
      WHERE e."deploymentId" = d."deploymentId" AND e."at" < ${before} AND e."kind" <> 'cooled'
      ORDER BY e."at" DESC, e."id" DESC LIMIT 1
    ) AS "id" FROM (SELECT DISTINCT "deploymentId" FROM "StateEvent" WHERE "deploymentId" <> '') d
    UNION ALL
    SELECT "id" FROM (
      SELECT "id", ROW_NUMBER() OVER (
        PARTITION BY json_extract("detail", '$.credentialId') ORDER BY "at" DESC, "id" DESC
      ) AS "place"
      FROM "StateEvent" WHERE "deploymentId" = '' AND "at" < ${before}
    ) WHERE "place" = 1`;
  const rows = await db().stateEvent.findMany({
    where: {
      id: { in: newest.flatMap(({ id }) => id ?? []) },
      kind: { notIn: ["closed", "credential_returned"] satisfies GatewayEventKind[] },
    },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    select: columns,
  });
  return rows.map(eventOf);
}

/**
 * A new process knows of no open circuit and no refused credential: whatever was out of use when the one before ended
 * is in use again, and the history says so. Returns how many.
 */
export async function endOpenStates(nowMs: number): Promise<number> {
  const reason: EndReason = "restart";
  const open = await outOfUse(nowMs);
  const ended = open.map((event) => ({
    ...event,
    at: nowMs,
    kind: event.detail.credentialId ? ("credential_returned" as const) : ("closed" as const),
    reason,
  }));
  if (ended.length > 0) await appendStateEvents(ended);
  return ended.length;
}

/** What happened in `from` … `to`, oldest first, with the events before that say what was out of use at `from`. */
export async function readStateEvents({ from, to }: { from: number; to: number }): Promise<{
  before: StateEvent[];
  events: StateEvent[];
}> {
  const [before, rows] = await Promise.all([
    outOfUse(from),
    db().stateEvent.findMany({
      where: { at: { gte: new Date(from), lt: new Date(to) } },
      orderBy: [{ at: "asc" }, { id: "asc" }],
      select: columns,
    }),
  ]);
  return { before, events: rows.map(eventOf) };
}

/** Something a person (or the provider file) did to what is shown on the status page. */
export type PersonEvent = {
  at: number;
  kind: "held" | "released" | "reset" | "changed";
  targetId: string;
  actor: string;
  until: number | null;
  reason: string | null;
  fields: string[];
};

const personKinds = { hold: "held", release: "released", reset_health: "reset", update: "changed" } as const;

const asObject = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** What people did to providers, deployments and groups in `from` … `to`, oldest first. */
export async function readPersonEvents({ from, to }: { from: number; to: number }): Promise<PersonEvent[]> {
  const rows = await db().auditEvent.findMany({
    where: {
      at: { gte: new Date(from), lt: new Date(to) },
      targetType: { in: ["provider", "deployment", "group"] },
      action: { in: Object.keys(personKinds) },
      targetId: { not: null },
    },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    select: { at: true, action: true, targetId: true, actorName: true, after: true },
  });
  return rows.map(({ at, action, targetId, actorName, after }) => {
    const changed = asObject(after);
    const held = asObject(changed["held"]);
    const until = typeof held["until"] === "string" ? Date.parse(held["until"]) : null;
    return {
      at: at.getTime(),
      kind: personKinds[action as keyof typeof personKinds],
      targetId: targetId ?? "",
      actor: actorName,
      until,
      reason: typeof held["reason"] === "string" ? held["reason"] : null,
      fields: action === "update" ? Object.keys(changed) : [],
    };
  });
}
