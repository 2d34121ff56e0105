import type { StatDimension } from "../schemas/stats.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";

/** Roll-ups of one period with one outcome and one value of the dimension asked for. `total` and `firstToken` are the
 * packed histograms of all rows that were added up. */
export type UsageRow = {
  period: Date | string;
  outcome: string;
  dimension: string;
  /** The value of the second dimension; empty without one. */
  second: string;
  calls: bigint;
  attempts: bigint;
  input: bigint;
  cached: bigint;
  cacheWrite: bigint;
  output: bigint;
  reasoning: bigint;
  costNanos: bigint;
  unpricedCalls: bigint;
  totalMsSum: bigint;
  total: string | null;
  firstToken: string | null;
};

/** Which roll-ups are added up; absent = no condition. */
export type UsageScope = {
  groupId?: string;
  providerId?: string;
  /** Any of them. */
  deploymentIds?: readonly string[];
  keyId?: string;
  demo?: boolean;
};

/** Hours by the instant they begin (`to` not included), days by their text (both included). */
export type UsageSpan =
  | { table: "UsageHour"; from: Date; to: Date }
  | { table: "UsageDay"; firstDay: string; lastDay: string };

/** The column a dimension is counted by. */
const columns = {
  outcome: "outcome",
  group: "groupId",
  provider: "providerId",
  deployment: "deploymentId",
  model: "deploymentId",
  key: "keyId",
} as const satisfies Record<StatDimension, string>;

function conditions(span: UsageSpan | null, scope: UsageScope): Prisma.Sql {
  const time =
    span === null
      ? Prisma.sql`true`
      : span.table === "UsageHour"
        ? Prisma.sql`"at" >= ${span.from.getTime()} AND "at" < ${span.to.getTime()}`
        : Prisma.sql`"day" >= ${span.firstDay} AND "day" <= ${span.lastDay}`;
  const { groupId, providerId, deploymentIds, keyId, demo } = scope;
  return Prisma.join(
    [
      time,
      ...(groupId === undefined ? [] : [Prisma.sql`"groupId" = ${groupId}`]),
      ...(providerId === undefined ? [] : [Prisma.sql`"providerId" = ${providerId}`]),
      ...(deploymentIds === undefined ? [] : [Prisma.sql`"deploymentId" IN (${Prisma.join([...deploymentIds])})`]),
      ...(keyId === undefined ? [] : [Prisma.sql`"keyId" = ${keyId}`]),
      ...(demo === undefined ? [] : [Prisma.sql`"demo" = ${demo}`]),
    ],
    " AND ",
  );
}

const sums = Prisma.sql`sum("calls") AS "calls", sum("attempts") AS "attempts", sum("inputTokens") AS "input",
  sum("cachedTokens") AS "cached", sum("cacheWriteTokens") AS "cacheWrite", sum("outputTokens") AS "output",
  sum("reasoningTokens") AS "reasoning", sum("costNanos") AS "costNanos", sum("unpricedCalls") AS "unpricedCalls",
  sum("totalMsSum") AS "totalMsSum"`;

/**
 * Roll-ups of a span, added up by the database to one row for each period, outcome and value of `by` and `then`. Histograms come
 * as the list of their bytes in hexadecimal: the database cannot add them up, but it can hand them over together.
 */
export async function usageRows(
  span: UsageSpan,
  scope: UsageScope,
  by?: StatDimension,
  then?: StatDimension,
): Promise<UsageRow[]> {
  const table = Prisma.raw(`"${span.table}"`);
  const period = Prisma.raw(span.table === "UsageHour" ? `"at"` : `"day"`);
  const dimension = Prisma.raw(`"${by ? columns[by] : "outcome"}"`);
  const second = then ? Prisma.raw(`"${columns[then]}"`) : Prisma.sql`''`;
  return await db().$queryRaw<UsageRow[]>`
    SELECT ${period} AS "period", "outcome", ${dimension} AS "dimension", ${second} AS "second", ${sums},
      group_concat(hex("totalHistogram")) AS "total", group_concat(hex("firstTokenHistogram")) AS "firstToken"
    FROM ${table} WHERE ${conditions(span, scope)} GROUP BY 1, 2, 3, 4`;
}

/** All days there are as one row for each outcome, without their histograms. */
export async function usageEver(scope: UsageScope): Promise<UsageRow[]> {
  return await db().$queryRaw<UsageRow[]>`
    SELECT '' AS "period", "outcome", '' AS "dimension", '' AS "second", ${sums}, NULL AS "total", NULL AS "firstToken"
    FROM "UsageDay" WHERE ${conditions(null, scope)} GROUP BY 2`;
}

/** When the first hour since `since` began in which anything was counted (epoch ms); null without any. */
export async function firstUsageAt(scope: UsageScope, since: number): Promise<number | null> {
  const span = { table: "UsageHour", from: new Date(since), to: new Date(8.64e15) } as const;
  const [row] = await db().$queryRaw<{ first: bigint | Date | string | null }[]>`
    SELECT min("at") AS "first" FROM "UsageHour" WHERE ${conditions(span, scope)}`;
  if (row?.first === null || row?.first === undefined) return null;
  return new Date(typeof row.first === "bigint" ? Number(row.first) : row.first).getTime();
}
