import { listDeployments } from "../db/deployments.ts";
import { readSettings } from "../db/settings.ts";
import type { Page } from "../schemas/common.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import {
  type HealthMode,
  type HealthRange,
  type HealthView,
  healthModes,
  healthRanges,
  type Incident,
} from "../schemas/health.ts";
import { withStates } from "./live-state.ts";
import { environment } from "./runtime.ts";
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
  windowMinutes: number;
}> {
  const mode = healthModes.find((one) => one === parameters["mode"]) ?? "deployments";
  const range = healthRanges.find((one) => one === parameters["range"]) ?? "24h";
  const [deployments, strips, incidents, { failureWindowMinutes }] = await Promise.all([
    listDeployments({ limit: deploymentsMost }),
    loadStrips(mode, range),
    listIncidents({}),
    readSettings(),
  ]);
  return {
    deployments: { ...deployments, items: await withStates(deployments.items) },
    strips,
    incidents: { items: incidents, nextCursor: null },
    windowMinutes: failureWindowMinutes,
  };
}
