import { recordAct } from "../db/audit.ts";
import { type Pruned, pruneCalls } from "../db/retention.ts";
import { readSettings } from "../db/settings.ts";
import type { Logger } from "../logger.ts";
import type { Actor } from "../schemas/audit.ts";

const firstAfterMs = 60_000;
const everyMs = 3_600_000;
const dayMs = 86_400_000;

/** Windows of limits are short facts; two months of them answer most questions. The newest of each limit stays anyway. */
const windowsDays = 62;

const actor: Actor = { type: "system", id: null, name: "retention", ip: null };

/** What a run took away of what people look at. Cells of health strips and windows of limits go with every run. */
export async function auditPurge({ calls, bodies, hours }: Pruned): Promise<void> {
  const gone = Object.entries({ calls, bodies, hours }).filter(([, rows]) => rows > 0);
  if (gone.length === 0) return;
  const target = { type: "call", id: null, name: null } as const;
  await recordAct({ actor, action: "purge", target, after: { deleted: Object.fromEntries(gone) } });
}

/** Deletes what is older than the retention settings say, a minute after the start and then every hour. */
export function startRetention(logger: Logger): () => void {
  let timer = setTimeout(run, firstAfterMs);
  timer.unref();
  let stopped = false;

  async function run(): Promise<void> {
    try {
      const { retentionCallsDays, retentionBodiesDays, retentionHoursDays } = await readSettings();
      const now = Date.now();
      const pruned = await pruneCalls({
        callsBeforeMs: now - retentionCallsDays * dayMs,
        bodiesBeforeMs: now - retentionBodiesDays * dayMs,
        hoursBeforeMs: now - retentionHoursDays * dayMs,
        windowsBeforeMs: now - windowsDays * dayMs,
      });
      if (Object.values(pruned).some((rows) => rows > 0)) logger.info(pruned, "old rows deleted");
      await auditPurge(pruned);
    } catch (error) {
      logger.warn({ err: error }, "old rows could not be deleted; the next try is in an hour");
    }
    if (stopped) return;
    timer = setTimeout(run, everyMs);
    timer.unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
