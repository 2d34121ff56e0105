import { spanKeptMs, spanSizes } from "./attempt-spans.ts";
import { db } from "./client.ts";
import { stateEventsKeptMs } from "./state-events.ts";

/**
 * Rows of one DELETE. Nobody can write meanwhile, the log writer included, so a batch that took longer than it should
 * is followed by a smaller one: rows differ by megabytes where prompts are stored.
 */
const firstBatchRows = 10;
const mostBatchRows = 500;
const longBatchMs = 12;
/** Others get their turn in between. */
const pauseMs = 10;
/** Windows looked up at a time; looking takes no lock. */
const windowsAtOnce = 5000;

/** How many rows went. */
export type Pruned = {
  calls: number;
  bodies: number;
  hours: number;
  windows: number;
  /** Cells of health strips, and events of states. They are kept as long as the page can show them. */
  spans: number;
  events: number;
};

/** What began before these moments goes (epoch ms). An absent one keeps all of its kind. */
export type PruneLimits = {
  callsBeforeMs: number;
  bodiesBeforeMs: number;
  hoursBeforeMs?: number;
  windowsBeforeMs?: number;
};

export type PruneOptions = {
  /** After each DELETE, with how long it held the write lock at most, in milliseconds. */
  onBatch?: (batch: { rows: number; ms: number }) => void;
  nowMs?: number;
};

/**
 * Deletes old calls (with their attempts and bodies), bodies, roll-ups by hour, and windows of limits, in small batches
 * with pauses. Of a limit the newest window, those in use and those that never end stay, however old: they may still be
 * running.
 * Roll-ups by day stay.
 * @throws SluiceError `storage_unavailable`; what was deleted until then stays deleted.
 */
export async function pruneCalls(
  limits: PruneLimits,
  { onBatch = () => {}, nowMs = Date.now() }: PruneOptions = {},
): Promise<Pruned> {
  const { callsBeforeMs, bodiesBeforeMs, hoursBeforeMs, windowsBeforeMs } = limits;
  const calls = await inBatches(
    onBatch,
    (rows) => db().$executeRaw`
      DELETE FROM "Call" WHERE "id" IN
        (SELECT "id" FROM "Call" WHERE "at" < ${callsBeforeMs} ORDER BY "at" LIMIT ${rows})`,
  );
  const bodies = await inBatches(
    onBatch,
    (rows) => db().$executeRaw`
      DELETE FROM "CallBody" WHERE "callId" IN
        (SELECT "callId" FROM "CallBody" WHERE "at" < ${bodiesBeforeMs} ORDER BY "at" LIMIT ${rows})`,
  );
  const hours =
    hoursBeforeMs === undefined
      ? 0
      : await inBatches(
          onBatch,
          (rows) => db().$executeRaw`
            DELETE FROM "UsageHour" WHERE rowid IN
              (SELECT rowid FROM "UsageHour" WHERE "at" < ${hoursBeforeMs} ORDER BY "at" LIMIT ${rows})`,
        );
  if (hoursBeforeMs !== undefined)
    await inBatches(
      onBatch,
      (rows) => db().$executeRaw`
        DELETE FROM "FailKeywordHour" WHERE rowid IN
          (SELECT rowid FROM "FailKeywordHour" WHERE "at" < ${hoursBeforeMs} ORDER BY "at" LIMIT ${rows})`,
    );
  const windows = windowsBeforeMs === undefined ? 0 : await pruneWindows(windowsBeforeMs, onBatch);
  return { calls, bodies, hours, windows, ...(await pruneHealth(nowMs, onBatch)) };
}

type OnBatch = NonNullable<PruneOptions["onBatch"]>;

/** What the status page cannot show any more. */
async function pruneHealth(nowMs: number, onBatch: OnBatch): Promise<Pick<Pruned, "spans" | "events">> {
  let spans = 0;
  for (const size of spanSizes) {
    const beforeMs = nowMs - (spanKeptMs[size] ?? 0);
    spans += await inBatches(
      onBatch,
      (rows) => db().$executeRaw`
        DELETE FROM "HealthSpan" WHERE rowid IN
          (SELECT rowid FROM "HealthSpan" WHERE "size" = ${size} AND "at" < ${beforeMs} ORDER BY "at" LIMIT ${rows})`,
    );
  }
  const eventsBeforeMs = nowMs - stateEventsKeptMs;
  const events = await inBatches(
    onBatch,
    (rows) => db().$executeRaw`
      DELETE FROM "StateEvent" WHERE "id" IN
        (SELECT "id" FROM "StateEvent" WHERE "at" < ${eventsBeforeMs} ORDER BY "at" LIMIT ${rows})`,
  );
  return { spans, events };
}

/** Which windows may go is asked first, without the lock: the answer only looks at windows nobody adds to any more. */
async function pruneWindows(beforeMs: number, onBatch: OnBatch): Promise<number> {
  let total = 0;
  for (;;) {
    const over = await db().$queryRaw<{ row: bigint }[]>`
      SELECT rowid AS "row" FROM "LimitUse" AS "old"
      WHERE "start" < ${beforeMs} AND "updatedAt" < ${beforeMs} AND "counter" NOT LIKE '%/total' AND EXISTS
        (SELECT 1 FROM "LimitUse" AS "newer" WHERE "newer"."counter" = "old"."counter" AND "newer"."start" > "old"."start")
      LIMIT ${windowsAtOnce}`;
    const rows = over.map(({ row }) => Number(row));
    total += await inBatches(onBatch, async (count) => {
      const some = JSON.stringify(rows.splice(0, count));
      return await db().$executeRaw`DELETE FROM "LimitUse" WHERE rowid IN (SELECT "value" FROM json_each(${some}))`;
    });
    if (over.length < windowsAtOnce) return total;
  }
}

/** How many rows the next batch takes, after one of `rows` that took `ms`. */
export function nextBatchRows(rows: number, ms: number): number {
  if (ms > longBatchMs) return Math.max(1, Math.floor((rows * longBatchMs) / (2 * ms)));
  return ms < longBatchMs / 2 ? Math.min(mostBatchRows, rows * 2) : rows;
}

async function inBatches(onBatch: OnBatch, deleteSome: (rows: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (let rows = firstBatchRows; ; ) {
    const startedAt = performance.now();
    const deleted = await deleteSome(rows);
    const ms = performance.now() - startedAt;
    total += deleted;
    onBatch({ rows: deleted, ms });
    if (deleted < rows) return total;
    rows = nextBatchRows(rows, ms);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
