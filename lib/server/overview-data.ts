import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import { countKeys } from "../db/keys.ts";
import { listCalls } from "../db/logs.ts";
import { readRescues } from "../db/rescues.ts";
import { readEver, readStats } from "../db/stats.ts";
import { outcomes } from "../gateway/types.ts";
import { logger } from "../logger.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import { type OverviewData, overviewQueries, overviewStateOf } from "../schemas/overview.ts";
import { timeRangeQuery } from "../schemas/time-range.ts";
import { readAttention } from "./attention.ts";
import { withStates } from "./live-state.ts";
import { environment } from "./runtime.ts";
import { readHealth } from "./status-view.ts";

/** What the overview needs besides its figures. */
type OverviewSurroundings = {
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

/** Whether demo calls count in the figures of the console: until the first call to a provider of one's own. */
export async function demoCounts(): Promise<boolean> {
  return (await listCalls({ demo: false, outcome: takenOn, limit: 1 })).items.length === 0;
}

/** A part of the page that cannot be read takes no other part with it: the page asks for it again and says what failed. */
async function orNull<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    logger().warn({ err: error }, "a part of the overview could not be read");
    return null;
  }
}

/** Everything the overview shows first. Days begin at midnight of `timeZone`. */
export async function loadOverview(
  parameters: Record<string, string | string[] | undefined>,
  timeZone: string,
): Promise<OverviewData & OverviewSurroundings> {
  const state = overviewStateOf(parameters);
  const [demoCounted, deployments, groups, keys, demoCalls] = await Promise.all([
    demoCounts(),
    listDeployments({ limit: deploymentLimit }),
    listGroups({ q: demoGroupName, enabled: true }),
    countKeys(),
    readEver({ demo: true }),
  ]);
  const withDemo = state.demo ?? demoCounted;
  const zones = { shown: timeZone, days: environment().timeZone };
  const scope = { tz: timeZone, ...(!withDemo && { demo: false }) };
  const queries = overviewQueries(state, scope);
  const rescueScope = { ...timeRangeQuery(state.span), ...(!withDemo && { demo: false }) };
  const [stats, models, split, providers, strips, rescues, attention, ever, live] = await Promise.all([
    orNull(readStats(queries.stats, zones)),
    orNull(readStats(queries.models, zones)),
    queries.split && orNull(readStats(queries.split, zones)),
    orNull(readStats(queries.providers, zones)),
    orNull(readHealth({ mode: "providers", range: "24h" }, zones.days)),
    orNull(readRescues(rescueScope)),
    orNull(readAttention()),
    readEver(scope),
    withStates(deployments.items),
  ]);
  const demo = groups.items.find(({ name }) => name === demoGroupName);
  return {
    ...{ state, timeZone, withDemo, demoEver: demoCalls.calls > 0 },
    ...{ stats, models, split, providers, strips, rescues, attention, ever, keys },
    deployments: live,
    demoGroup: demo && demo.members.length > 0 ? demo.name : null,
  };
}
