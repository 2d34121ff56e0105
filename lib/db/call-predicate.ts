import type { Comparison } from "../filter-language.ts";
import { writtenAddresses } from "../plain-address.ts";
import { isCallId, isLikelyId, type ListCondition, type LogFilter } from "../schemas/logs.ts";
import { rangeMs } from "../schemas/range.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { ownersOfKeys } from "./key-owners.ts";

type Sql = Prisma.Sql;

/** Which calls a filter means, as parts of a statement about "Call" c. */
export type CallPredicate = {
  /**
   * The few calls it can only be among: a table of ids, in a column "id". Each is looked up, wherever it is; null = any
   * call may be meant.
   */
  few: Sql | null;
  /** Conditions that all hold, besides the times. */
  where: Sql[];
  /**
   * Equalities on one column with an index of its own, of which one holds if there are any. Each is to be asked alone:
   * an index ordered by time gives the newest of one value at once, but of several only after all were read and sorted.
   */
  branches: Sql[];
  /** The times, as conditions. */
  times: Sql[];
  /** `from` included, `to` not (epoch ms); either may be open. */
  fromMs: number | undefined;
  toMs: number | undefined;
  /** Whether something has to be read for each call that `Call_list_idx` does not hold. */
  costly: boolean;
};

/** Ids that are looked up one by one rather than walked by. */
const fewMost = 1_000;
/** Values of one condition that are asked one by one. */
const branchesMost = 8;
const statusesMost = 24;

/** The time a filter is about. */
function timesOf(filter: LogFilter, nowMs: number): Pick<CallPredicate, "fromMs" | "toMs"> {
  return { fromMs: filter.from ?? (filter.range ? nowMs - rangeMs(filter.range) : undefined), toMs: filter.to };
}

const column = (name: string): Sql => Prisma.raw(`c."${name}"`);
/** Its plus keeps SQLite from choosing an index by this column, and from sorting what that finds. */
const unindexed = (name: string): Sql => Prisma.raw(`+c."${name}"`);

const all = (parts: readonly Sql[]): Sql => (parts.length === 0 ? Prisma.sql`1` : Prisma.join([...parts], " AND "));
const any = (parts: readonly Sql[]): Sql => Prisma.sql`(${Prisma.join([...parts], " OR ")})`;

type ColumnValues = { column: string; values: readonly (string | number)[] };

/** One of the values in one of the columns; or with `none`, none of them in any, a column without value included. */
function among(parts: readonly ColumnValues[], none: boolean): Sql {
  const given = parts.filter(({ values }) => values.length > 0);
  return none
    ? all(
        given.map(
          ({ column: name, values }) =>
            Prisma.sql`(${unindexed(name)} IS NULL OR ${unindexed(name)} NOT IN (${Prisma.join([...values])}))`,
        ),
      )
    : any(given.map(({ column: name, values }) => Prisma.sql`${unindexed(name)} IN (${Prisma.join([...values])})`));
}

/** Ids stay ids; names become the ids they have now, so that the (id, time) indexes serve; the rest is history by name. */
async function split(
  values: readonly string[],
  prefix: string,
  idsOf: (names: string[]) => Promise<{ id: string; name: string }[]>,
): Promise<{ ids: string[]; names: string[] }> {
  const ids = values.filter((value) => value.startsWith(prefix));
  const names = values.filter((value) => !value.startsWith(prefix));
  const known = names.length > 0 ? await idsOf(names) : [];
  const left = names.filter((name) => !known.some((row) => row.name === name));
  return { ids: [...ids, ...known.map((row) => row.id)], names: left };
}

const select = { id: true, name: true } as const;
const objects = {
  group: {
    prefix: "grp_",
    columns: ["groupId", "groupName"],
    idsOf: (names: string[]) => db().group.findMany({ where: { name: { in: names } }, select }),
  },
  provider: {
    prefix: "prv_",
    columns: ["providerId", "providerName"],
    idsOf: (names: string[]) => db().provider.findMany({ where: { name: { in: names } }, select }),
  },
  key: {
    prefix: "key_",
    columns: ["keyId", "keyName"],
    idsOf: (names: string[]) => db().apiKey.findMany({ where: { name: { in: names } }, select }),
  },
} as const;

/** The columns each list of values is compared with; status, reason and tried have rules of their own. */
const plainColumns = {
  outcome: ["outcome"],
  endpoint: ["endpoint"],
  deployment: ["deploymentId"],
  model: ["model", "servedModel"],
  served: ["servedModel"],
  errorCode: ["errorCode"],
  ip: ["clientIp"],
} as const satisfies Partial<Record<ListCondition, readonly string[]>>;

/** Columns that begin an index, the most telling first. */
const indexed = [
  "sessionId",
  "errorCode",
  "status",
  "endpoint",
  "outcome",
  "deploymentId",
  "keyId",
  "groupId",
  "providerId",
];
/** An outcome most calls have tells least of all. */
const commonOutcome = "ok";
/** What no index helps with, because nearly all calls have it. */
const commonEndpoint = "chat.completions";

/** Equality with one value of an indexed column, said so that SQLite sees that a partial index has all of its rows. */
function equality(name: string, value: string | number): Sql {
  const same = Prisma.sql`${column(name)} = ${value}`;
  if (name === "endpoint") return Prisma.sql`${same} AND ${column(name)} <> 'chat.completions'`;
  return name === "status" ? Prisma.sql`${same} AND ${column(name)} >= 400` : same;
}

/** Conditions on columns that `Call_list_idx` does not have. */
const costlyConditions: readonly ListCondition[] = ["ip"];

/** An id no key has, where an account has none. */
const noKey = "key_none";

export async function columnsOf(condition: ListCondition, values: readonly string[]): Promise<ColumnValues[]> {
  if (condition === "group" || condition === "provider" || condition === "key") {
    const { prefix, columns, idsOf } = objects[condition];
    const { ids, names } = await split(values, prefix, idsOf);
    return [
      { column: columns[0], values: ids },
      { column: columns[1], values: names },
    ].filter((part) => part.values.length > 0);
  }
  if (condition === "user") {
    const keys = [...(await ownersOfKeys(values)).keys()];
    return [{ column: "keyId", values: keys.length > 0 ? keys : [noKey] }];
  }
  if (condition === "status" || condition === "reason" || condition === "tried") return [];
  const meant = condition === "ip" ? values.flatMap(writtenAddresses) : values;
  return plainColumns[condition].map((name) => ({ column: name, values: meant }));
}

function statusCondition(statuses: readonly string[], name: Sql): Sql {
  const exact = statuses.filter((status) => !status.endsWith("xx")).map(Number);
  const classes = statuses.filter((status) => status.endsWith("xx")).map((status) => Number(status[0]) * 100);
  return any([
    ...(exact.length > 0 ? [Prisma.sql`${name} IN (${Prisma.join(exact)})`] : []),
    ...classes.map((from) => Prisma.sql`${name} >= ${from} AND ${name} < ${from + 100}`),
  ]);
}

function timeConditions({ fromMs, toMs }: Pick<CallPredicate, "fromMs" | "toMs">, name: Sql): Sql[] {
  return [
    ...(fromMs === undefined ? [] : [Prisma.sql`${name} >= ${fromMs}`]),
    ...(toMs === undefined ? [] : [Prisma.sql`${name} < ${toMs}`]),
  ];
}

const noCalls = Prisma.raw(`(SELECT "id" FROM "Call" WHERE 0)`);

/** A select of ids in a column "id" as the table of the calls that are meant, if there are few; else null. */
async function fewOf(rows: Sql): Promise<Sql | null> {
  const [counted] = await db().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS "count" FROM (${rows} LIMIT ${fewMost + 1})`;
  return Number(counted?.count ?? 0) <= fewMost ? Prisma.sql`(SELECT DISTINCT "id" FROM (${rows}))` : null;
}

/** The statuses of failures that are wanted and that calls have, found by jumping through their index. */
async function failingStatuses(statuses: readonly string[]): Promise<number[]> {
  const rows = await db().$queryRaw<{ status: bigint }[]>`
    WITH RECURSIVE "known"("status") AS (
      SELECT min(c."status") FROM "Call" c WHERE c."status" >= 400
      UNION ALL
      SELECT (SELECT min(c."status") FROM "Call" c WHERE c."status" >= 400 AND c."status" > "known"."status")
      FROM "known" WHERE "known"."status" IS NOT NULL)
    SELECT "status" FROM "known" WHERE "status" IS NOT NULL LIMIT 300`;
  const known = rows.map(({ status }) => Number(status));
  return known.filter((one) => statuses.includes(String(one)) || statuses.includes(`${Math.floor(one / 100)}xx`));
}

/** Attempts that failed so, with the ids of their calls. */
const failedBy = (reasons: readonly string[], fromMs: number | undefined): Sql => Prisma.sql`SELECT a."callId" AS "id"
  FROM "Attempt" a WHERE a."reason" <> 'ok' AND a."reason" IN (${Prisma.join([...reasons])}) AND ${since(fromMs)}`;

/** An attempt is no older than its call. */
const since = (fromMs: number | undefined): Sql =>
  fromMs === undefined ? Prisma.sql`1` : Prisma.sql`a."at" >= ${fromMs}`;

const hasReason = (reasons: readonly string[]): Sql => Prisma.sql`EXISTS (SELECT 1 FROM "Attempt" a
  WHERE a."callId" = c."id" AND a."reason" IN (${Prisma.join([...reasons])}))`;

/** Attempts at providers (by id or name) or deployments (by id); a provider that is gone is known by who answered. */
async function wantedTried(values: readonly string[], fromMs: number | undefined): Promise<Found> {
  const deployments = values.filter((value) => value.startsWith("dep_"));
  const { prefix, idsOf } = objects.provider;
  const { ids, names } = await split(
    values.filter((value) => !value.startsWith("dep_")),
    prefix,
    idsOf,
  );
  const tried = [
    ...(deployments.length > 0 ? [Prisma.sql`a."deploymentId" IN (${Prisma.join(deployments)})`] : []),
    ...(ids.length > 0 ? [Prisma.sql`a."providerId" IN (${Prisma.join(ids)})`] : []),
  ];
  const condition = any([
    ...(tried.length > 0
      ? [Prisma.sql`EXISTS (SELECT 1 FROM "Attempt" a WHERE a."callId" = c."id" AND ${any(tried)})`]
      : []),
    ...(names.length > 0 ? [Prisma.sql`coalesce(c."providerName", '') IN (${Prisma.join(names)})`] : []),
  ]);
  if (deployments.length === 0 || ids.length + names.length > 0) return { condition, few: null };
  const rows = Prisma.sql`SELECT a."callId" AS "id" FROM "Attempt" a
    WHERE a."deploymentId" IN (${Prisma.join(deployments)}) AND ${since(fromMs)}`;
  return { condition, few: await fewOf(rows) };
}

/** A condition, and the few calls that meet it where there are few. */
type Found = { condition: Sql; few: Sql | null };

const signs = { gte: ">=", lte: "<=", gt: ">", lt: "<", eq: "=" } as const;

function compared(value: Sql, comparisons: readonly Comparison[], factor = 1): Sql[] {
  return comparisons.map(
    ({ comparator, value: bound }) =>
      Prisma.sql`${value} ${Prisma.raw(signs[comparator])} ${factor === 1 ? bound : Math.round(bound * factor)}`,
  );
}

const nanosPerDollar = 1_000_000_000;
const tokens = Prisma.raw(`c."inputTokens" + c."outputTokens"`);

/** Part of a text, wherever it stands, whatever the case of its Latin letters. */
function contains(name: string, text: string): Sql {
  return Prisma.sql`${unindexed(name)} LIKE ${`%${text.replace(/[\\%_]/g, "\\$&")}%`} ESCAPE '\\'`;
}

const clientIdOf = (text: string): Sql => Prisma.sql`SELECT i."id" FROM "Call" i WHERE i."clientRequestId" = ${text}`;

/** What a call may be looked for by. A text that is the id of some calls finds these alone, whenever they were. */
async function wantedText(text: string): Promise<Found> {
  if (isCallId(text)) {
    const rows = Prisma.sql`SELECT i."id" FROM "Call" i WHERE i."id" = ${text} OR i."requestId" = ${text}`;
    return { condition: Prisma.sql`(c."id" = ${text} OR c."requestId" = ${text})`, few: Prisma.sql`(${rows})` };
  }
  const known = await db().$queryRaw<{ id: string }[]>`${clientIdOf(text)} LIMIT 1`;
  if (known.length > 0 && isLikelyId(text)) {
    return { condition: Prisma.sql`c."clientRequestId" = ${text}`, few: await fewOf(clientIdOf(text)) };
  }
  const names = ["model", "servedModel", "groupName", "providerName", "keyName"];
  // The client's own id is in no list index: looked up before, so that the search itself reads an index alone.
  const byId = known.length === 0 ? [] : [Prisma.sql`c."id" IN (${clientIdOf(text)})`];
  return { condition: any([...names.map((name) => contains(name, text)), ...byId]), few: null };
}

/** The one predicate of the call log, for the database; `matchesFilter` of lib/server/call-view.ts is the same for live calls. */
export async function callPredicate(filter: LogFilter, nowMs: number = Date.now()): Promise<CallPredicate> {
  const times = timesOf(filter, nowMs);
  const where: Sql[] = [];
  const drivers: { rank: number; sql: Sql; branches: Sql[] }[] = [];
  const few: Sql[] = [];
  let costly = false;
  const drive = (name: string, values: readonly (string | number)[], sql: Sql) =>
    drivers.push({
      rank: values.includes(commonOutcome) ? indexed.length : indexed.indexOf(name),
      sql,
      branches: values.map((value) => equality(name, value)),
    });
  const look = ({ condition, few: ids }: Found) => {
    costly = true;
    // One short list of ids is read first; the other conditions are asked of its calls alone.
    if (ids !== null && few.length === 0) few.push(ids);
    else where.push(condition);
  };
  for (const condition of [
    ...(Object.keys(plainColumns) as ListCondition[]),
    "group",
    "provider",
    "key",
    "user",
  ] as const) {
    const refused = filter[`-${condition}` as const];
    if (refused) where.push(among(await columnsOf(condition, refused), true));
    const wanted = filter[condition];
    if ((wanted ?? refused) && costlyConditions.includes(condition)) costly = true;
    if (!wanted) continue;
    const parts = await columnsOf(condition, wanted);
    const sql = among(parts, false);
    const [first] = parts;
    const drives =
      first &&
      parts.length === 1 &&
      indexed.includes(first.column) &&
      first.values.length <= branchesMost &&
      !first.values.includes(commonEndpoint);
    if (drives) drive(first.column, [...new Set(first.values)], sql);
    else where.push(sql);
  }
  if (filter.status) {
    const sql = statusCondition(filter.status, unindexed("status"));
    const failing = filter.status.every((status) => status >= "4") ? await failingStatuses(filter.status) : null;
    if (failing?.length === 0) few.push(noCalls);
    else if (failing && failing.length <= statusesMost) drive("status", failing, sql);
    else where.push(sql);
  }
  if (filter["-status"]) where.push(Prisma.sql`NOT ${statusCondition(filter["-status"], unindexed("status"))}`);
  if (filter.session !== undefined) drive("sessionId", [filter.session], Prisma.sql`c."sessionId" = ${filter.session}`);
  if (filter.userAgent !== undefined) {
    costly = true;
    where.push(contains("userAgent", filter.userAgent));
  }
  if (filter.stream !== undefined) where.push(Prisma.sql`c."stream" = ${filter.stream}`);
  if (filter.demo !== undefined) where.push(Prisma.sql`c."demo" = ${filter.demo}`);
  where.push(
    ...compared(column("attemptCount"), filter.attempts ?? []),
    ...compared(column("firstTokenMs"), filter.ttft ?? []),
    ...compared(column("totalMs"), filter.total ?? []),
    ...compared(column("costNanos"), filter.cost ?? [], nanosPerDollar),
    ...compared(tokens, filter.tokens ?? []),
  );
  if (filter.q) {
    const found = await wantedText(filter.q);
    if (found.few !== null) look(found);
    else where.push(found.condition);
  }
  if (filter.reason) {
    const rare = filter.reason.includes("ok") ? null : await fewOf(failedBy(filter.reason, times.fromMs));
    look({ condition: hasReason(filter.reason), few: rare });
  }
  if (filter["-reason"]) look({ condition: Prisma.sql`NOT ${hasReason(filter["-reason"])}`, few: null });
  if (filter.tried) look(await wantedTried(filter.tried, times.fromMs));
  if (filter["-tried"]) {
    const { condition } = await wantedTried(filter["-tried"], times.fromMs);
    look({ condition: Prisma.sql`NOT ${condition}`, few: null });
  }
  const [driver, ...others] = drivers.toSorted((a, b) => a.rank - b.rank);
  where.push(...others.map(({ sql }) => sql));
  const { fromMs, toMs } = times;
  const shared = { where, times: timeConditions(times, column("at")), fromMs, toMs, costly };
  const ids = few[0] ?? null;
  if (ids !== null) return { ...shared, few: ids, where: driver ? [...where, driver.sql] : where, branches: [] };
  return { ...shared, few: null, branches: driver?.branches ?? [] };
}
