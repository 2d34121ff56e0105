import { listDeployments } from "../db/deployments.ts";
import { readSettings } from "../db/settings.ts";
import type { HealthCell, HealthRow, Serving } from "../schemas/health.ts";
import { fewCalls } from "../schemas/health-terms.ts";
import type { PublicStatusMode } from "../schemas/settings.ts";
import { withStates } from "./live-state.ts";
import { environment } from "./runtime.ts";
import { groupsServing, servingOf } from "./status-serving.ts";
import { readHealth } from "./status-view.ts";

const keepMs = 30_000;
const deploymentsMost = 1000;

/** One line of the public page. There is no id in it, no count, and no name but the one that was chosen to be shown. */
export type PublicRow = { name: string; now: Serving; day: PublicStrip; quarter: PublicStrip };
export type PublicStrip = { cells: HealthCell[]; successRate: number | null };

export type PublicStatus = { at: string; overall: Serving; rows: PublicRow[] };

/** A cell says how large the share was, in whole percent, and not of how many. */
function publicCell({ at, attempts, ok, failed, state }: HealthCell): HealthCell {
  const share = ok + failed === 0 ? null : Math.floor((ok / (ok + failed)) * 100);
  // Few calls stay few, so that the strip is drawn as it is: but not how few.
  const shown = attempts === 0 ? 0 : attempts < fewCalls ? 1 : 100;
  const answered = share === null ? 0 : share;
  return { at, attempts: shown, ok: answered, failed: share === null ? 0 : 100 - share, p95: null, state };
}

const publicStrip = (row: HealthRow | undefined): PublicStrip => ({
  cells: row?.cells.map(publicCell) ?? [],
  successRate: row?.totals.successRate ?? null,
});

async function namesOf(mode: "groups" | "providers"): Promise<{ id: string; name: string; now: Serving }[]> {
  if (mode === "groups") {
    const groups = await groupsServing();
    return groups.filter(({ enabled }) => enabled).map(({ id, name, serving }) => ({ id, name, now: serving }));
  }
  const deployments = await withStates((await listDeployments({ limit: deploymentsMost })).items);
  const live = new Map(deployments.map((one) => [one.id, one]));
  const byProvider = Map.groupBy(
    deployments.filter(({ enabled }) => enabled),
    ({ provider }) => provider.id,
  );
  return [...byProvider].map(([id, own]) => {
    const name = own[0]?.provider.name ?? "";
    const members = own.map((deployment) => ({ deployment, enabled: true, priority: 1 }));
    return { id, name, now: servingOf({ id, name, enabled: true, members }, live).serving };
  });
}

async function read(mode: "groups" | "providers"): Promise<PublicStatus> {
  const zone = environment().timeZone;
  const [names, day, quarter] = await Promise.all([
    namesOf(mode),
    readHealth({ mode, range: "24h" }, zone),
    readHealth({ mode, range: "90d" }, zone),
  ]);
  const strip = (rows: readonly HealthRow[], id: string) => publicStrip(rows.find((row) => row.id === id));
  const rows = names
    .map(({ id, name, now }) => ({ name, now, day: strip(day.rows, id), quarter: strip(quarter.rows, id) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const all = rows.map(({ now }) => now);
  const overall = all.every((one) => one === "yes") ? "yes" : all.every((one) => one === "no") ? "no" : "reduced";
  return { at: new Date().toISOString(), overall, rows };
}

let kept: { mode: PublicStatusMode; readAtMs: number; value: Promise<PublicStatus> } | null = null;

/** What anybody may know, read at most every thirty seconds; null while the page is switched off. */
export async function publicStatus(nowMs: number = Date.now()): Promise<PublicStatus | null> {
  const { publicStatus: mode } = await readSettings();
  if (mode === "off") return null;
  if (kept === null || kept.mode !== mode || nowMs - kept.readAtMs > keepMs) {
    const mine = { mode, readAtMs: nowMs, value: read(mode) };
    kept = mine;
    mine.value.catch(() => {
      if (kept === mine) kept = null;
    });
  }
  return await kept.value;
}
