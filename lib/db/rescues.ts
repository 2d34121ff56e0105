import type { AttemptReason } from "../gateway/types.ts";
import { rangeMs } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";
import type { RescueLedger, RescuesQuery } from "../schemas/rescues.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { labelsOf } from "./stat-labels.ts";

const longestMs = 86_400_000;
/** Attempts are looked up call by call: of more rescued calls than this, only the newest are. */
const lookedMost = 20_000;

type Sums = { calls: bigint; wait: bigint | number | null; cost: bigint | number | null };
type Cause = { reason: string; providerId: string | null; calls: bigint };

/**
 * What failover did in a span of at most 24 hours (the last ones of it). A call is rescued when it was answered and an
 * attempt before that had failed. The wait is measured between the beginnings of its first and its last attempt, so it
 * holds everything the failures took, pauses too. Read from the calls of the span by their outcome and from the attempts
 * of the newest 20,000 of those, both by index.
 */
export async function readRescues(query: RescuesQuery, nowMs: number = Date.now()): Promise<RescueLedger> {
  const to = Math.min(query.to ?? nowMs, nowMs);
  const asked = query.from ?? to - (query.range ? rangeMs(query.range) : longestMs);
  const from = Math.max(asked, to - longestMs);
  const { group } = query;
  const groupId =
    group === undefined || group.startsWith("grp_")
      ? group
      : ((await db().group.findUnique({ where: { name: group }, select: { id: true } }))?.id ?? group);
  const where = Prisma.join(
    [
      Prisma.sql`"outcome" = 'rescued' AND "at" >= ${from} AND "at" < ${to}`,
      ...(groupId === undefined ? [] : [Prisma.sql`"groupId" = ${groupId}`]),
      ...(query.demo === undefined ? [] : [Prisma.sql`"demo" = ${query.demo}`]),
    ],
    " AND ",
  );
  const newest = Prisma.sql`
    WITH "one" AS MATERIALIZED (SELECT "id" FROM "Call" WHERE ${where} ORDER BY "at" DESC LIMIT ${lookedMost}),
    "tried" AS MATERIALIZED (
      SELECT "a"."callId", "a"."n", "a"."at", "a"."reason", "a"."providerId", "a"."costNanos", "a"."outcome"
      FROM "one" JOIN "Attempt" AS "a" ON "a"."callId" = "one"."id")`;
  const [[counted], [sums], [cause]] = await Promise.all([
    db().$queryRaw<{ calls: bigint }[]>`SELECT count(*) AS "calls" FROM "Call" WHERE ${where}`,
    db().$queryRaw<Sums[]>`${newest},
      "waits" AS (
        SELECT max("at") - min("at") AS "wait", sum(CASE WHEN "outcome" <> 'ok' THEN "costNanos" END) AS "cost"
        FROM "tried" GROUP BY "callId"),
      "ranked" AS (SELECT *, row_number() OVER (ORDER BY "wait") AS "place", count(*) OVER () AS "all" FROM "waits")
      SELECT count(*) AS "calls", sum("cost") AS "cost",
        max(CASE WHEN "place" = ("all" + 1) / 2 THEN "wait" END) AS "wait" FROM "ranked"`,
    db().$queryRaw<Cause[]>`${newest}
      SELECT "reason", "providerId", count(DISTINCT "callId") AS "calls" FROM "tried"
      WHERE "outcome" <> 'ok' GROUP BY "reason", "providerId" ORDER BY 3 DESC, 1, 2 LIMIT 1`,
  ]);
  const nameOf = await labelsOf("provider", cause?.providerId ? [cause.providerId] : []);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    rescued: Number(counted?.calls ?? 0),
    looked: Number(sums?.calls ?? 0),
    topCause: cause
      ? {
          reason: cause.reason as AttemptReason,
          provider: cause.providerId === null ? null : nameOf(cause.providerId),
          calls: Number(cause.calls),
        }
      : null,
    extraWaitMs: sums?.wait === null || sums?.wait === undefined ? null : Number(sums.wait),
    extraCostUsd: nanosToUsd(Number(sums?.cost ?? 0)),
  };
}
