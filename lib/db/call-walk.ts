import type { CallPredicate } from "./call-predicate.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";

type Sql = Prisma.Sql;

/**
 * How calls are read in order without looking at all of them: a request walks a bounded number, from a place in the list
 * to a floor, and says where it stopped.
 */

/** Calls that one request looks at: where an index holds everything that is asked of them, and where it does not. */
export type LookBudget = { index: number; rows: number };
const lookBudget: LookBudget = { index: 100_000, rows: 15_000 };

export type CallSort = "at" | "total" | "ttft" | "cost" | "tokens";

/** What a list may be sorted by. Calls without the figure stand where zero would not: below everything. */
const sortValues: Record<CallSort, Sql> = {
  at: Prisma.raw(`c."at"`),
  total: Prisma.raw(`c."totalMs"`),
  ttft: Prisma.raw(`coalesce(c."firstTokenMs", -1)`),
  cost: Prisma.raw(`coalesce(c."costNanos", -1)`),
  tokens: Prisma.raw(`coalesce(${'c."inputTokens" + c."outputTokens"'}, -1)`),
};

/** A place in a sorted list: what the row sorts by, and its id. */
export type CallPlace = { value: number; id: string };

/** Part of a list: the next places, and the last one that was looked at if the list may go on behind it. */
export type CallStretch = { places: CallPlace[]; floor: CallPlace | null };

const all = (parts: readonly Sql[]): Sql => (parts.length === 0 ? Prisma.sql`1` : Prisma.join([...parts], " AND "));

type Order = { value: Sql; direction: Sql; beyond: Sql };

function orderOf(sort: string): Order {
  const value = sortValues[sort.replace(/^-/, "") as CallSort];
  return sort.startsWith("-")
    ? { value, direction: Prisma.raw("DESC"), beyond: Prisma.raw("<") }
    : { value, direction: Prisma.raw("ASC"), beyond: Prisma.raw(">") };
}

/** Conditions on what follows a place. The first bounds the scan of the index, the second splits what shares the value. */
const after = ({ value, beyond }: Order, place: CallPlace | null): Sql[] =>
  place === null
    ? []
    : [
        Prisma.sql`${value} ${beyond}= ${place.value}`,
        Prisma.sql`(${value} ${beyond} ${place.value} OR c."id" ${beyond} ${place.id})`,
      ];

/** Conditions on what does not follow a place: the place itself and everything before. */
const upTo = ({ value, beyond }: Order, place: CallPlace | null): Sql[] => {
  if (place === null) return [];
  const before = Prisma.raw(beyond.sql === "<" ? ">" : "<");
  return [
    Prisma.sql`${value} ${before}= ${place.value}`,
    Prisma.sql`(${value} ${before} ${place.value} OR c."id" ${before}= ${place.id})`,
  ];
};

/** The tables a predicate reads. The few ids come first: a CROSS JOIN is read in the order in which it is written. */
const source = ({ few }: CallPredicate): Sql =>
  few === null ? Prisma.raw(`"Call" c`) : Prisma.sql`${few} AS "few" CROSS JOIN "Call" c ON c."id" = "few"."id"`;

/** The ways through the calls that together are all of a predicate, each with what it has to hold. */
const waysOf = ({ branches }: CallPredicate): Sql[][] =>
  branches.length === 0 ? [[]] : branches.map((branch) => [branch]);

/** How many calls a request may look at; null = the predicate finds its calls without looking at others. */
function mostOf(predicate: CallPredicate, sort: string, budget: LookBudget): number | null {
  const { few, where, branches, costly } = predicate;
  const byTime = /^-?at$/.test(sort);
  if (few !== null || (byTime && where.length === 0)) return null;
  // An index of one column leads to the call itself, which then is read.
  return costly || branches.length > 0 ? budget.rows : budget.index;
}

async function placeAt(predicate: CallPredicate, conditions: readonly Sql[], order: Order, index: number) {
  const [row] = await db().$queryRaw<{ id: string; at: bigint }[]>`
    SELECT c."id" AS "id", c."at" AS "at" FROM ${source(predicate)} WHERE ${all(conditions)}
    ORDER BY c."at" ${order.direction}, c."id" ${order.direction} LIMIT 1 OFFSET ${index}`;
  return row === undefined ? null : { value: Number(row.at), id: row.id };
}

/** The last call by time that `most` of looking reach from a place, whichever way is taken; null = all are reached. */
async function floorOf(predicate: CallPredicate, start: CallPlace | null, order: Order, most: number) {
  const places: CallPlace[] = [];
  for (const way of waysOf(predicate)) {
    const conditions = [...way, ...predicate.times, ...after(order, start)];
    const place = await placeAt(predicate, conditions, order, most - 1);
    if (place !== null) places.push(place);
  }
  const sign = order.beyond.sql === "<" ? 1 : -1;
  const [nearest = null] = places.sort((a, b) => sign * (b.value - a.value || (a.id < b.id ? 1 : -1)));
  return nearest;
}

async function placesOf(
  predicate: CallPredicate,
  { order, bounds, take }: { order: Order; bounds: readonly Sql[]; take: number },
): Promise<CallPlace[]> {
  const { value, direction } = order;
  const parts = waysOf(predicate).map(
    (way) => Prisma.sql`SELECT c."id" AS "id", ${value} AS "value" FROM ${source(predicate)}
      WHERE ${all([...way, ...predicate.times, ...predicate.where, ...bounds])}
      ORDER BY ${value} ${direction}, c."id" ${direction} LIMIT ${take}`,
  );
  const [only] = parts;
  const rows =
    parts.length === 1 && only
      ? await db().$queryRaw<{ id: string; value: bigint | number }[]>(only)
      : await db().$queryRaw<{ id: string; value: bigint | number }[]>`
          SELECT "id", "value" FROM (${Prisma.join(
            parts.map((part) => Prisma.sql`SELECT * FROM (${part})`),
            " UNION ALL ",
          )}) ORDER BY "value" ${direction}, "id" ${direction} LIMIT ${take}`;
  return rows.map(({ id, value: at }) => ({ id, value: Number(at) }));
}

/** The next calls of a predicate by time, after a place. `sort` is `-at` (newest first) or `at`. */
export async function walkCalls(
  predicate: CallPredicate,
  options: { sort: "at" | "-at"; after: CallPlace | null; take: number },
  budget: LookBudget = lookBudget,
): Promise<CallStretch> {
  const order = orderOf(options.sort);
  const most = mostOf(predicate, options.sort, budget);
  const floor = most === null ? null : await floorOf(predicate, options.after, order, most);
  const bounds = [...after(order, options.after), ...upTo(order, floor)];
  return { places: await placesOf(predicate, { order, bounds, take: options.take }), floor };
}

/** The time (epoch ms) back to which the calls of a predicate can be put in an order by a figure; null = all of them can. */
export async function sortableFrom(
  predicate: CallPredicate,
  sort: string,
  budget: LookBudget = lookBudget,
): Promise<number | null> {
  const most = mostOf(predicate, sort, budget);
  return most === null ? null : ((await floorOf(predicate, null, orderOf("-at"), most))?.value ?? null);
}

/** The next calls of a predicate by a figure, after a place, among those since `fromMs` (epoch ms; null = all). */
export async function sortedCalls(
  predicate: CallPredicate,
  options: { sort: string; after: CallPlace | null; take: number; fromMs: number | null },
): Promise<CallPlace[]> {
  const order = orderOf(options.sort);
  const since = options.fromMs === null ? [] : [Prisma.sql`c."at" >= ${options.fromMs}`];
  return await placesOf(predicate, { order, bounds: [...after(order, options.after), ...since], take: options.take });
}

/** How many calls of a predicate began in each bucket of time, by outcome. `at` is where the bucket begins. */
export type Counted = { at: bigint; outcome: string; calls: bigint };

/** Counts the calls of a predicate since `fromMs` and before `toMs` (epoch ms). @param bucket a moment's bucket, as SQL */
export async function countCalls(
  predicate: CallPredicate,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  bucket: (at: Sql) => Sql,
): Promise<Counted[]> {
  if (toMs <= fromMs) return [];
  const span = [Prisma.sql`c."at" >= ${fromMs}`, Prisma.sql`c."at" < ${toMs}`];
  const parts: Counted[] = [];
  for (const way of waysOf(predicate)) {
    parts.push(
      ...(await db().$queryRaw<Counted[]>`
        SELECT ${bucket(Prisma.raw(`c."at"`))} AS "at", c."outcome" AS "outcome", count(*) AS "calls"
        FROM ${source(predicate)} WHERE ${all([...way, ...span, ...predicate.where])} GROUP BY 1, 2`),
    );
  }
  return parts;
}

/** Where counting the calls of a predicate before `toMs` has to begin so that not too many are looked at; null = anywhere. */
export async function countableFrom(predicate: CallPredicate, toMs: number): Promise<number | null> {
  if (predicate.few !== null) return null;
  const most = mostOf(predicate, "", lookBudget) ?? lookBudget.index;
  const before = { ...predicate, times: [...predicate.times, Prisma.sql`c."at" < ${toMs}`] };
  return (await floorOf(before, null, orderOf("-at"), most))?.value ?? null;
}
