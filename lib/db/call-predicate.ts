import type { Comparison } from "../filter-language.ts";
import { isCallId, type ListCondition, type LogFilter, looksBackOnly, searchDays } from "../schemas/logs.ts";
import { rangeMs } from "../schemas/range.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";

type Sql = Prisma.Sql;

/** Conditions on "Call" c. A call is meant when all of `where` and, if there are any, one of `branches` hold. */
export type CallPredicate = {
  where: Sql[];
  /**
   * Equalities on one column with an index of its own, each to be asked alone: an index ordered by time gives the newest
   * of one value at once, but of several only after all of them were read and sorted.
   */
  branches: Sql[];
  /** `from` included, `to` not (epoch ms); either may be open. */
  fromMs: number | undefined;
  toMs: number | undefined;
};

const dayMs = 86_400_000;
/** A look-up that finds at most as many calls is made first; beyond it they are so common that any page has some. */
const rareMost = 20_000;
/** Values of one condition that are asked one by one. */
const branchesMost = 8;

/** The time a filter is about. */
export function timesOf(filter: LogFilter & { sort?: string }, nowMs: number): Pick<CallPredicate, "fromMs" | "toMs"> {
  const start = filter.range ? nowMs - rangeMs(filter.range) : undefined;
  const bound = looksBackOnly(filter) ? nowMs - searchDays * dayMs : undefined;
  return { fromMs: filter.from ?? start ?? bound, toMs: filter.to };
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
const indexed = ["errorCode", "endpoint", "deploymentId", "keyId", "groupId", "providerId", "outcome"];
/** What no index helps with, because nearly all calls have it. */
const commonEndpoint = "chat.completions";

/** Equality with one value of an indexed column, said so that SQLite sees that a partial index has all of its rows. */
function equality(name: string, value: string | number): Sql {
  if (name !== "endpoint") return Prisma.sql`${column(name)} = ${value}`;
  return Prisma.sql`${column(name)} = ${value} AND ${column(name)} <> 'chat.completions'`;
}

export async function columnsOf(condition: ListCondition, values: readonly string[]): Promise<ColumnValues[]> {
  if (condition === "group" || condition === "provider" || condition === "key") {
    const { prefix, columns, idsOf } = objects[condition];
    const { ids, names } = await split(values, prefix, idsOf);
    return [
      { column: columns[0], values: ids },
      { column: columns[1], values: names },
    ].filter((part) => part.values.length > 0);
  }
  if (condition === "status" || condition === "reason" || condition === "tried") return [];
  return plainColumns[condition].map((name) => ({ column: name, values }));
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

async function isRare(rows: Sql): Promise<boolean> {
  const [counted] = await db().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS "count" FROM (${rows} LIMIT ${rareMost + 1})`;
  return Number(counted?.count ?? 0) <= rareMost;
}

async function wantedStatus(statuses: readonly string[], times: Sql[]): Promise<Sql> {
  const failing = statuses.every((status) => status >= "4");
  const rows = Prisma.sql`SELECT c."id" FROM "Call" c
    WHERE c."status" >= 400 AND ${statusCondition(statuses, column("status"))} AND ${all(times)}`;
  if (failing && (await isRare(rows))) return Prisma.sql`c."id" IN (${rows})`;
  return statusCondition(statuses, unindexed("status"));
}

async function wantedReason(reasons: readonly string[], { fromMs }: { fromMs: number | undefined }): Promise<Sql> {
  const since = fromMs === undefined ? Prisma.sql`1` : Prisma.sql`a."at" >= ${fromMs}`;
  const rows = Prisma.sql`SELECT a."callId" FROM "Attempt" a
    WHERE a."reason" <> 'ok' AND a."reason" IN (${Prisma.join([...reasons])}) AND ${since}`;
  if (!reasons.includes("ok") && (await isRare(rows))) return Prisma.sql`c."id" IN (${rows})`;
  return hasReason(reasons);
}

const hasReason = (reasons: readonly string[]): Sql => Prisma.sql`EXISTS (SELECT 1 FROM "Attempt" a
  WHERE a."callId" = c."id" AND a."reason" IN (${Prisma.join([...reasons])}))`;

/** Attempts at providers (by id or name) or deployments (by id); a provider that is gone is known by who answered. */
async function wantedTried(values: readonly string[], fromMs: number | undefined, none: boolean): Promise<Sql> {
  const deployments = values.filter((value) => value.startsWith("dep_"));
  const { prefix, idsOf } = objects.provider;
  const { ids, names } = await split(
    values.filter((value) => !value.startsWith("dep_")),
    prefix,
    idsOf,
  );
  if (!none && ids.length + names.length === 0) {
    const since = fromMs === undefined ? Prisma.sql`1` : Prisma.sql`a."at" >= ${fromMs}`;
    const rows = Prisma.sql`SELECT a."callId" FROM "Attempt" a
      WHERE a."deploymentId" IN (${Prisma.join(deployments)}) AND ${since}`;
    if (await isRare(rows)) return Prisma.sql`c."id" IN (${rows})`;
  }
  const tried = [
    ...(deployments.length > 0 ? [Prisma.sql`a."deploymentId" IN (${Prisma.join(deployments)})`] : []),
    ...(ids.length > 0 ? [Prisma.sql`a."providerId" IN (${Prisma.join(ids)})`] : []),
  ];
  const found = any([
    ...(tried.length > 0
      ? [Prisma.sql`EXISTS (SELECT 1 FROM "Attempt" a WHERE a."callId" = c."id" AND ${any(tried)})`]
      : []),
    ...(names.length > 0 ? [Prisma.sql`coalesce(c."providerName", '') IN (${Prisma.join(names)})`] : []),
  ]);
  return none ? Prisma.sql`NOT ${found}` : found;
}

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

function searchCondition(text: string): Sql {
  const exact = [Prisma.sql`c."id" = ${text}`, Prisma.sql`c."requestId" = ${text}`];
  if (isCallId(text)) return any(exact);
  const names = ["model", "servedModel", "groupName", "providerName", "keyName"];
  // The client's own id is in no index: looked up before, so that the search itself reads an index alone.
  return any([
    ...names.map((name) => contains(name, text)),
    Prisma.sql`c."id" IN (SELECT i."id" FROM "Call" i WHERE i."requestId" = ${text})`,
    Prisma.sql`c."id" = ${text}`,
    Prisma.sql`c."id" IN (SELECT i."id" FROM "Call" i WHERE i."clientRequestId" = ${text})`,
  ]);
}

/** The one predicate of the call log, for the database; `matchesFilter` of lib/server/call-view.ts is the same for live calls. */
export async function callPredicate(
  filter: LogFilter & { sort?: string },
  nowMs: number = Date.now(),
): Promise<CallPredicate> {
  const times = timesOf(filter, nowMs);
  const timed = timeConditions(times, column("at"));
  const where = [...timed];
  const candidates: { rank: number; sql: Sql; branches: Sql[] }[] = [];
  for (const condition of [...(Object.keys(plainColumns) as ListCondition[]), "group", "provider", "key"] as const) {
    const refused = filter[`-${condition}` as const];
    if (refused) where.push(among(await columnsOf(condition, refused), true));
    const wanted = filter[condition];
    if (!wanted) continue;
    const parts = await columnsOf(condition, wanted);
    const sql = among(parts, false);
    const [first] = parts;
    const rank = indexed.indexOf(first?.column ?? "");
    if (
      first &&
      parts.length === 1 &&
      rank >= 0 &&
      first.values.length <= branchesMost &&
      !first.values.includes(commonEndpoint)
    ) {
      const values = [...new Set(first.values)];
      candidates.push({ rank, sql, branches: values.map((value) => equality(first.column, value)) });
    } else where.push(sql);
  }
  if (filter.status) where.push(await wantedStatus(filter.status, timed));
  if (filter["-status"]) where.push(Prisma.sql`NOT ${statusCondition(filter["-status"], unindexed("status"))}`);
  if (filter.reason) where.push(await wantedReason(filter.reason, times));
  if (filter["-reason"]) where.push(Prisma.sql`NOT ${hasReason(filter["-reason"])}`);
  if (filter.tried) where.push(await wantedTried(filter.tried, times.fromMs, false));
  if (filter["-tried"]) where.push(await wantedTried(filter["-tried"], times.fromMs, true));
  if (filter.session !== undefined) where.push(Prisma.sql`c."sessionId" = ${filter.session}`);
  if (filter.userAgent !== undefined) where.push(contains("userAgent", filter.userAgent));
  if (filter.stream !== undefined) where.push(Prisma.sql`c."stream" = ${filter.stream}`);
  if (filter.demo !== undefined) where.push(Prisma.sql`c."demo" = ${filter.demo}`);
  where.push(
    ...compared(column("attemptCount"), filter.attempts ?? []),
    ...compared(column("firstTokenMs"), filter.ttft ?? []),
    ...compared(column("totalMs"), filter.total ?? []),
    ...compared(column("costNanos"), filter.cost ?? [], nanosPerDollar),
    ...compared(tokens, filter.tokens ?? []),
  );
  if (filter.q) where.push(searchCondition(filter.q));
  const [driver, ...others] = candidates.toSorted((a, b) => a.rank - b.rank);
  where.push(...others.map(({ sql }) => sql));
  // A session is more telling than anything else, and has its own index.
  if (driver && filter.session !== undefined) return { where: [...where, driver.sql], branches: [], ...times };
  return { where, branches: driver?.branches ?? [], ...times };
}

/** The conditions of a predicate as one, for counting rather than for reading in order. */
export function wholeCondition({ where, branches }: CallPredicate): Sql {
  return all(branches.length > 0 ? [...where, any(branches)] : where);
}

export type CallSort = "at" | "total" | "ttft" | "cost" | "tokens";

/** What a list may be sorted by. Calls without the figure stand where zero would not: below everything. */
const sortValues: Record<CallSort, Sql> = {
  at: column("at"),
  total: column("totalMs"),
  ttft: Prisma.raw(`coalesce(c."firstTokenMs", -1)`),
  cost: Prisma.raw(`coalesce(c."costNanos", -1)`),
  tokens: Prisma.raw(`coalesce(${'c."inputTokens" + c."outputTokens"'}, -1)`),
};

/** A place in a sorted list: what the row sorts by, and its id. */
export type CallPlace = { value: number; id: string };

/** The next ids of a predicate in order, after a place. `sort` as the API writes it: `-at` is newest first. */
export async function callIds(
  predicate: CallPredicate,
  options: { sort: string; after: CallPlace | null; take: number },
): Promise<CallPlace[]> {
  const { sort, after, take } = options;
  const value = sortValues[sort.replace(/^-/, "") as CallSort];
  const [direction, beyond] = sort.startsWith("-")
    ? ([Prisma.raw("DESC"), Prisma.raw("<")] as const)
    : ([Prisma.raw("ASC"), Prisma.raw(">")] as const);
  // The first condition bounds the scan of the index, the second splits what shares the value.
  const next = after
    ? [
        Prisma.sql`${value} ${beyond}= ${after.value}`,
        Prisma.sql`(${value} ${beyond} ${after.value} OR c."id" ${beyond} ${after.id})`,
      ]
    : [];
  const branch = (own: readonly Sql[]): Sql => Prisma.sql`SELECT c."id" AS "id", ${value} AS "value" FROM "Call" c
    WHERE ${all([...own, ...predicate.where, ...next])} ORDER BY ${value} ${direction}, c."id" ${direction} LIMIT ${take}`;
  const branches = predicate.branches.map((equality) => branch([equality]));
  const rows =
    branches.length <= 1
      ? await db().$queryRaw<{ id: string; value: bigint | number }[]>(branches[0] ?? branch([]))
      : await db().$queryRaw<{ id: string; value: bigint | number }[]>`
          SELECT "id", "value" FROM (${Prisma.join(
            branches.map((one) => Prisma.sql`SELECT * FROM (${one})`),
            " UNION ALL ",
          )}) ORDER BY "value" ${direction}, "id" ${direction} LIMIT ${take}`;
  return rows.map(({ id, value: at }) => ({ id, value: Number(at) }));
}
