import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import { listCalls } from "../db/logs.ts";
import { readStats } from "../db/stats.ts";
import { outcomes } from "../gateway/types.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import type { StatsView } from "../schemas/stats.ts";
import { withStates } from "./live-state.ts";
import { environment } from "./runtime.ts";

export const overviewRanges = ["24h", "7d", "30d"] as const;
export type OverviewRange = (typeof overviewRanges)[number];

export type OverviewData = {
  range: OverviewRange;
  /** Whether demo calls are counted: until the first call to a provider of one's own. */
  withDemo: boolean;
  stats: StatsView;
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

/** Everything the overview shows first. Days begin at midnight of `timeZone`. */
export async function loadOverview(range: OverviewRange, timeZone: string): Promise<OverviewData> {
  const [own, deployments, groups] = await Promise.all([
    listCalls({ demo: false, outcome: takenOn, limit: 1 }),
    listDeployments({ limit: deploymentLimit }),
    listGroups({ q: demoGroupName, enabled: true }),
  ]);
  const withDemo = own.items.length === 0;
  const [stats, live] = await Promise.all([
    readStats(
      { range, tz: timeZone, ...(!withDemo && { demo: false }) },
      { shown: timeZone, days: environment().timeZone },
    ),
    withStates(deployments.items),
  ]);
  const demo = groups.items.find(({ name }) => name === demoGroupName);
  return { range, withDemo, stats, deployments: live, demoGroup: demo && demo.members.length > 0 ? demo.name : null };
}
