import { db } from "./client.ts";

/**
 * What limits have used, window by window. A window is named by its counter (`key/{id}/day|month|total`,
 * `deployment/{id}/requests|tokens|total`) and the moment it began (epoch ms; 0 = the one that never ends). The log
 * writer adds the charges of a call in the transaction that stores the call; nobody else writes here.
 */
export type LimitWindow = { counter: string; start: number };

/** A window with what was used of it: calls, tokens or nano-dollars, as its counter counts. */
export type LimitUse = LimitWindow & { amount: number };

/** Windows asked for in one statement. */
const windowsAtOnce = 5000;

type UseRow = { counter: string; start: Date; amount: bigint };

const useOf = ({ counter, start, amount }: UseRow): LimitUse => ({
  counter,
  start: start.getTime(),
  amount: Number(amount),
});

/**
 * The windows of every counter that may be running: what the counters in memory begin with at a start. That is the
 * newest one and the one used last, which began earlier where a schedule was changed (to months, to another hour) or a
 * clock was put back. A row or two for each limit that was ever charged, however long the history. For windows that are
 * known by name, {@link usedOf} is exact.
 * @throws SluiceError `storage_unavailable`
 */
export async function loadLimitUse(): Promise<LimitUse[]> {
  const rows = await db().$queryRaw<UseRow[]>`
    SELECT "LimitUse"."counter", "LimitUse"."start", "LimitUse"."amount" FROM "LimitUse"
    JOIN (SELECT "counter", max("start") AS "newest", max("updatedAt") AS "last" FROM "LimitUse" GROUP BY "counter")
      AS "of" ON "of"."counter" = "LimitUse"."counter"
        AND ("LimitUse"."start" = "of"."newest" OR "LimitUse"."updatedAt" = "of"."last")
    ORDER BY "LimitUse"."start"`;
  return rows.map(useOf);
}

/**
 * What was used of exactly these windows. One that was never charged is left out.
 * @throws SluiceError `storage_unavailable`
 */
export async function usedOf(windows: readonly LimitWindow[]): Promise<LimitUse[]> {
  const uses: LimitUse[] = [];
  for (let from = 0; from < windows.length; from += windowsAtOnce) {
    const asked = JSON.stringify(
      windows.slice(from, from + windowsAtOnce).map(({ counter, start }) => [counter, start]),
    );
    const rows = await db().$queryRaw<UseRow[]>`
      SELECT "LimitUse"."counter", "LimitUse"."start", "LimitUse"."amount" FROM json_each(${asked}) AS "asked"
      JOIN "LimitUse" ON "LimitUse"."counter" = json_extract("asked"."value", '$[0]')
        AND "LimitUse"."start" = json_extract("asked"."value", '$[1]')`;
    uses.push(...rows.map(useOf));
  }
  return uses;
}
