import { loadLimitUse, usedOf } from "../db/limit-use.ts";
import type { MemoryCounter } from "../gateway/memory-counter.ts";
import type { Charge } from "../gateway/types.ts";
import type { Journal } from "../journal/journal.ts";

const lookAgainMs = 1000;

type Stored = { loadLimitUse(): Promise<Charge[]>; usedOf(windows: readonly Charge[]): Promise<Charge[]> };

/**
 * Gives the counter what earlier processes counted. When the journal has caught up that is the sum in the database, and
 * this ends at once. While the database is away calls go on and are counted from 0; what was used before is added when
 * it is back. Calls whose rows were on their way just then may count twice until the next start, never less than once.
 * @throws SluiceError `storage_unavailable` where the journal has caught up
 */
export async function seedCounter(
  counter: MemoryCounter,
  journal: Pick<Journal, "caughtUp" | "flushed">,
  database: Stored = { loadLimitUse, usedOf },
): Promise<void> {
  if (journal.caughtUp) return counter.seed(await database.loadLimitUse());
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs).unref());
    if (!journal.caughtUp) continue;
    try {
      return await addEarlierUse(counter, journal, database);
    } catch {
      // Away again; the log writer reports it.
    }
  }
}

async function addEarlierUse(
  counter: MemoryCounter,
  journal: Pick<Journal, "flushed">,
  database: Stored,
): Promise<void> {
  const windows = await database.loadLimitUse();
  const own = new Map(windows.map((window) => [window, counter.read(window.counter, window.start).used]));
  // What this process has counted is in the sums from here on, and so can be taken out of them.
  await journal.flushed();
  const sums = new Map((await database.usedOf(windows)).map((sum) => [`${sum.counter} ${sum.start}`, sum.amount]));
  counter.add(
    windows.map((window) => ({
      ...window,
      amount: (sums.get(`${window.counter} ${window.start}`) ?? window.amount) - (own.get(window) ?? 0),
    })),
  );
}
