import type { AttemptReason } from "../gateway/types.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { rangeMs } from "../schemas/range.ts";
import type { RescueLedger, RescuesQuery } from "../schemas/rescues.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { labelsOf } from "./stat-labels.ts";

const hourMs = 3_600_000;
const longestMs = 24 * hourMs;
/** Attempts are looked up call by call: of more rescued calls than this, only the newest are. */
const lookedMost = 5_000;

type Looked = {
  calls: bigint;
  wait: bigint | number | null;
  cost: bigint | number | null;
  reason: string | null;
  providerId: string | null;
  caused: bigint | null;
};

/**
 * What failover did in the last 24 hours of a span, in whole hours. A call is rescued when it was answered and an attempt
 * before that had failed. The wait is measured between the beginnings of its first and its last attempt, so it holds
 * everything the failures took, pauses too. The count is that of the roll-ups; the rest is read from the attempts of the
 * newest 5,000 such calls, by index.
 */
export async function readRescues(query: RescuesQuery, nowMs: number = Date.now()): Promise<RescueLedger> {
  const to = Math.min(Math.ceil((query.to ?? nowMs) / hourMs) * hourMs, nowMs);
  const asked = query.from ?? to - (query.range ? rangeMs(query.range) : longestMs);
  const from = Math.floor(Math.max(asked, to - longestMs) / hourMs) * hourMs;
  const { group } = query;
  const groupId =
    group === undefined || group.startsWith("grp_")
      ? group
      : ((await db().group.findUnique({ where: { name: group }, select: { id: true } }))?.id ?? group);
  const where = Prisma.join(
    [
      Prisma.sql`"outcome" = 'rescued' AND "at" >= ${from} AND "at" <= ${to}`,
      ...(groupId === undefined ? [] : [Prisma.sql`"groupId" = ${groupId}`]),
      ...(query.demo === undefined ? [] : [Prisma.sql`"demo" = ${query.demo}`]),
    ],
    " AND ",
  );
  const [[counted], [found]] = await Promise.all([
    db().$queryRaw<{ calls: bigint | null }[]>`SELECT sum("calls") AS "calls" FROM "UsageHour" WHERE ${where}`,
    db().$queryRaw<Looked[]>`
      WITH "one" AS MATERIALIZED (SELECT "id" FROM "Call" WHERE ${where} ORDER BY "at" DESC LIMIT ${lookedMost}),
      "tried" AS MATERIALIZED (
        SELECT "a"."callId", "a"."at", "a"."reason", "a"."providerId", "a"."costNanos", "a"."outcome" <> 'ok' AS "failed"
        FROM "one" JOIN "Attempt" AS "a" ON "a"."callId" = "one"."id" AND "a"."reason" <> 'simulated'),
      "waits" AS MATERIALIZED (
        SELECT max("at") - min("at") AS "wait", sum(CASE WHEN "failed" THEN "costNanos" END) AS "cost"
        FROM "tried" GROUP BY "callId"),
      "cause" AS (
        SELECT "reason", "providerId", count(DISTINCT "callId") AS "caused" FROM "tried"
        WHERE "failed" GROUP BY "reason", "providerId" ORDER BY 3 DESC, 1, 2 LIMIT 1)
      SELECT "cause".*, "all".*, "middle"."wait" FROM (SELECT count(*) AS "calls", sum("cost") AS "cost" FROM "waits") AS "all"
      LEFT JOIN "cause" LEFT JOIN (SELECT "wait", row_number() OVER (ORDER BY "wait") AS "place" FROM "waits") AS "middle"
        ON "middle"."place" = ("all"."calls" + 1) / 2`,
  ]);
  const providerId = found?.providerId ?? null;
  const nameOf = await labelsOf("provider", providerId === null ? [] : [providerId]);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    rescued: Number(counted?.calls ?? 0),
    looked: Number(found?.calls ?? 0),
    topCause: found?.reason
      ? {
          reason: found.reason as AttemptReason,
          provider: providerId === null ? null : nameOf(providerId),
          calls: Number(found.caused),
        }
      : null,
    extraWaitMs: found?.wait === null || found?.wait === undefined ? null : Number(found.wait),
    extraCostUsd: nanosToUsd(Number(found?.cost ?? 0)),
  };
}
