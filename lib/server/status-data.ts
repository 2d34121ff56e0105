import { listDeployments } from "../db/deployments.ts";
import { readSettings } from "../db/settings.ts";
import type { Page } from "../schemas/common.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import type { GroupServing, HealthMode, HealthRange, HealthView, Incident } from "../schemas/health.ts";
import { healthModes, healthRanges } from "../schemas/health-terms.ts";
import { withStates } from "./live-state.ts";
import { environment } from "./runtime.ts";
import { groupsServing } from "./status-serving.ts";
import { listIncidents, readHealth } from "./status-view.ts";

const deploymentsMost = 500;

/** Strips for the first picture of a page; the browser asks for the later ones itself. */
export function loadStrips(mode: HealthMode, range: HealthRange = "24h"): Promise<HealthView> {
  return readHealth({ mode, range }, environment().timeZone);
}

/** Everything the status page shows first. A parameter that means nothing is the default. */
export async function loadStatus(parameters: Readonly<Record<string, string | string[] | undefined>>): Promise<{
  deployments: Page<DeploymentView>;
  strips: HealthView;
  incidents: Page<Incident>;
  /** Null where the page shows no groups. */
  serving: Page<GroupServing> | null;
  windowMinutes: number;
}> {
  const mode = healthModes.find((one) => one === parameters["mode"]) ?? "deployments";
  const range = healthRanges.find((one) => one === parameters["range"]) ?? "24h";
  const [deployments, strips, incidents, groups, { failureWindowMinutes }] = await Promise.all([
    listDeployments({ limit: deploymentsMost }),
    loadStrips(mode, range),
    listIncidents({}),
    mode === "groups" ? groupsServing() : null,
    readSettings(),
  ]);
  return {
    deployments: { ...deployments, items: await withStates(deployments.items) },
    strips,
    incidents: { items: incidents, nextCursor: null },
    serving: groups && { items: groups, nextCursor: null },
    windowMinutes: failureWindowMinutes,
  };
}
