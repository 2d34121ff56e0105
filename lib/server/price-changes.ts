import { applyDuePriceChanges, nextPriceChangeMs } from "../db/price-changes.ts";
import type { Logger } from "../logger.ts";

/** A change that is planned by another process is seen after this long; the last stretch before one is slept exactly. */
const lookMs = 5_000;

/** Puts planned prices into effect at their moment, and at once those that became due while nothing ran. */
export function startPriceChanges(logger: Logger, reload: () => Promise<void>): () => void {
  let stopped = false;
  let timer = setTimeout(run, 0);
  timer.unref();

  async function run(): Promise<void> {
    let waitMs = lookMs;
    try {
      const count = await applyDuePriceChanges(Date.now());
      if (count > 0) {
        await reload();
        logger.info({ count }, "planned prices are in effect");
      }
      const next = await nextPriceChangeMs();
      if (next !== null) waitMs = Math.min(lookMs, Math.max(0, next - Date.now()));
    } catch (error) {
      logger.warn({ err: error }, "planned prices could not be looked at; the next try is in a moment");
    }
    if (stopped) return;
    timer = setTimeout(run, waitMs);
    timer.unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
