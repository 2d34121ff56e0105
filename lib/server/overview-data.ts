import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import { countKeys } from "../db/keys.ts";
import { listCalls } from "../db/logs.ts";
import { readEver, readStats } from "../db/stats.ts";
import { outcomes } from "../gateway/types.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import { type OverviewRange, overviewQueries, overviewRanges } from "../schemas/figures.ts";
import type { StatNumbers, StatsView } from "../schemas/stats.ts";
import { withStates } from "./live-state.ts";
import { environment } from "./runtime.ts";

export type OverviewData = {
  range: OverviewRange;
  /** Whether demo calls are counted: until the first call to a provider of one's own. */
  withDemo: boolean;
  stats: StatsView;
  /** By model, the dearest with their cost over time. */
  models: StatsView;
  /** By provider, hour by hour of one day, with the share of answered calls over time. */
  providers: StatsView;
  /** Of all calls since the first. */
  ever: StatNumbers;
  /** How many API keys there are. */
  keys: number;
  deployments: DeploymentView[];
  /** The group of the first-request card; null once somebody has removed it. */
  demoGroup: string | null;
};

const demoGroupName = "demo-chat";
const deploymentLimit = 500;
/** Calls that reached routing. One with a mistyped key or model is no first call. */
const takenOn = outcomes.filter((outcome) => outcome !== "refused");

export function overviewRange(text: unknown): OverviewRange {
  return overviewRanges.find((range) => range === text) ?? "24h";
}

/** Whether demo calls count in the figures of the console: until the first call to a provider of one's own. */
export async function demoCounts(): Promise<boolean> {
  return (await listCalls({ demo: false, outcome: takenOn, limit: 1 })).items.length === 0;
}

/** Everything the overview shows first. Days begin at midnight of `timeZone`. */
export async function loadOverview(range: OverviewRange, timeZone: string): Promise<OverviewData> {
  const [withDemo, deployments, groups, keys] = await Promise.all([
    demoCounts(),
    listDeployments({ limit: deploymentLimit }),
    listGroups({ q: demoGroupName, enabled: true }),
    countKeys(),
  ]);
  const zones = { shown: timeZone, days: environment().timeZone };
  const scope = { tz: timeZone, ...(!withDemo && { demo: false }) };
  const queries = overviewQueries(range, scope);
  const [stats, models, providers, ever, live] = await Promise.all([
    readStats(queries.stats, zones),
    readStats(queries.models, zones),
    readStats(queries.providers, zones),
    readEver(scope),
    withStates(deployments.items),
  ]);
  const demo = groups.items.find(({ name }) => name === demoGroupName);
  return {
    ...{ range, withDemo, stats, models, providers, ever, keys },
    deployments: live,
    demoGroup: demo && demo.members.length > 0 ? demo.name : null,
  };
}
