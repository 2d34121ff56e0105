import { db } from "./client.ts";

/** Few enough that the write lock is held for milliseconds. */
const batchRows = 200;
const pauseMs = 50;

/** How many rows went. */
export type Pruned = { calls: number; bodies: number };

/**
 * Deletes calls (with their attempts and bodies) that began before `callsBeforeMs`, and bodies of calls before
 * `bodiesBeforeMs`, both epoch milliseconds, in small batches with pauses. Roll-ups stay.
 * @throws SluiceError `storage_unavailable`; what was deleted until then stays deleted.
 */
export async function pruneCalls({
  callsBeforeMs,
  bodiesBeforeMs,
}: {
  callsBeforeMs: number;
  bodiesBeforeMs: number;
}): Promise<Pruned> {
  const calls = await inBatches(
    () => db().$executeRaw`
      DELETE FROM "Call" WHERE "id" IN
        (SELECT "id" FROM "Call" WHERE "at" < ${callsBeforeMs} ORDER BY "at" LIMIT ${batchRows})`,
  );
  const bodies = await inBatches(
    () => db().$executeRaw`
      DELETE FROM "CallBody" WHERE "callId" IN
        (SELECT "callId" FROM "CallBody" WHERE "at" < ${bodiesBeforeMs} ORDER BY "at" LIMIT ${batchRows})`,
  );
  return { calls, bodies };
}

async function inBatches(deleteSome: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await deleteSome();
    total += deleted;
    if (deleted < batchRows) return total;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
