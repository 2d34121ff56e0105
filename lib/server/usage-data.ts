import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import { listProviders } from "../db/providers.ts";
import { readEver, readStats } from "../db/stats.ts";
import { type UsageState, usageQuery, usageStateOf } from "../schemas/figures.ts";
import type { StatsView } from "../schemas/stats.ts";
import { type LogsData, named } from "./logs-data.ts";
import { demoCounts } from "./overview-data.ts";
import { environment } from "./runtime.ts";

export type UsageData = {
  /** What the URL asks for. */
  state: UsageState;
  stats: StatsView;
  /** The zone whose midnights separate days. */
  timeZone: string;
  /** Whether demo calls count unless somebody decides otherwise. */
  withDemo: boolean;
  /** Whether there ever were demo calls, so that leaving them out means something. */
  demoEver: boolean;
  /** Whether anything was ever counted. */
  everCalled: boolean;
  /** When these were read (epoch ms): which month is running. */
  nowMs: number;
  facets: LogsData["facets"] & { models: { id: string; name: string }[] };
};

const facetLimit = 500;

/** Everything the usage page shows first. */
export async function loadUsage(
  parameters: Record<string, string | string[] | undefined>,
  timeZone: string,
): Promise<UsageData> {
  const nowMs = Date.now();
  const state = usageStateOf(parameters);
  const zones = { shown: timeZone, days: environment().timeZone };
  const [withDemo, demo, all, groups, providers, keys, deployments] = await Promise.all([
    demoCounts(),
    readEver({ demo: true }),
    readEver({}),
    listGroups({ limit: facetLimit }),
    listProviders({ limit: facetLimit }),
    listKeys({ limit: facetLimit }, zones.days),
    listDeployments({ limit: facetLimit }),
  ]);
  const models = [...new Set(deployments.items.map(({ model }) => model))].sort();
  return {
    ...{ state, timeZone, withDemo, nowMs },
    stats: await readStats(usageQuery(state, { tz: timeZone, withDemo, nowMs }), zones, nowMs),
    demoEver: demo.calls > 0,
    everCalled: all.calls > 0,
    facets: {
      groups: named(groups),
      providers: named(providers),
      keys: named(keys),
      models: models.map((model) => ({ id: model, name: model })),
    },
  };
}
