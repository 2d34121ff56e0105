import type { DeploymentState } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { HealthRow } from "@/lib/schemas/health";

export type ShownState = DeploymentState["state"] | "unknown";

/** One deployment with what is known of it now and over the range. */
export type StatusRow = {
  deployment: DeploymentView;
  state: ShownState;
  live: DeploymentState | null;
  health: HealthRow | undefined;
};

/** Worst first. What a person holds is no trouble, and what is off is nobody's concern. */
const order: readonly ShownState[] = [
  "circuit_open",
  "half_open",
  "cooling_down",
  "degraded",
  "unknown",
  "held",
  "ready",
  "not_verified",
  "disabled",
];

const troubled: readonly ShownState[] = ["circuit_open", "half_open", "cooling_down", "degraded"];
export const isTroubled = (state: ShownState) => troubled.includes(state);

const mayBeHeld: readonly ShownState[] = ["held", "disabled", "unknown"];
/** Whether it waits to be released: the live state knows of a release before the list does. */
export const isHeld = ({ deployment, state }: Pick<StatusRow, "deployment" | "state">) =>
  deployment.held !== null && mayBeHeld.includes(state);

export const statusSorts = ["worst", "name", "success", "p95", "attempts"] as const;
export type StatusSort = (typeof statusSorts)[number];

export const stateFilters = [
  "all",
  "trouble",
  "circuit_open",
  "cooling_down",
  "degraded",
  "held",
  "ready",
  "not_verified",
  "disabled",
] as const;
export type StateFilter = (typeof stateFilters)[number];

export const nameOf = ({ deployment }: Pick<StatusRow, "deployment">) =>
  `${deployment.provider.name}/${deployment.name}`;

export function statusRows(
  deployments: readonly DeploymentView[],
  states: ReadonlyMap<string, DeploymentState>,
  strips: readonly HealthRow[],
): StatusRow[] {
  const byId = new Map(strips.map((row) => [row.id, row]));
  return deployments.map((deployment) => {
    const live = states.get(deployment.id) ?? deployment.state;
    const stored = !deployment.enabled ? "disabled" : deployment.held ? "held" : "unknown";
    return { deployment, live, state: live?.state ?? stored, health: byId.get(deployment.id) };
  });
}

const lowest = (value: number | null | undefined) => value ?? Number.POSITIVE_INFINITY;

export function sortedRows(rows: readonly StatusRow[], sort: StatusSort): StatusRow[] {
  const byName = (a: StatusRow, b: StatusRow) => nameOf(a).localeCompare(nameOf(b));
  const success = (row: StatusRow) => lowest(row.health?.totals.successRate);
  const compare: Record<StatusSort, (a: StatusRow, b: StatusRow) => number> = {
    worst: (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || difference(success(a), success(b)),
    name: () => 0,
    success: (a, b) => difference(success(a), success(b)),
    p95: (a, b) => (b.health?.totals.p95 ?? -1) - (a.health?.totals.p95 ?? -1),
    attempts: (a, b) => (b.health?.totals.attempts ?? 0) - (a.health?.totals.attempts ?? 0),
  };
  return rows.toSorted((a, b) => compare[sort](a, b) || byName(a, b));
}

/** Infinities of the same sign are equal. */
const difference = (a: number, b: number) => (a === b ? 0 : a - b);

export function matchesState(state: ShownState, filter: StateFilter): boolean {
  if (filter === "all") return true;
  if (filter === "trouble") return isTroubled(state);
  return state === filter || (filter === "circuit_open" && state === "half_open");
}

/** The row a link means: by id, by `provider/deployment`, or the worst one of a provider. */
export function selectedRow(rows: readonly StatusRow[], sel: string): StatusRow | null {
  if (sel === "") return null;
  const wanted = sel.toLowerCase();
  const worst = sortedRows(rows, "worst");
  return (
    worst.find((row) => row.deployment.id === sel) ??
    worst.find((row) => nameOf(row).toLowerCase() === wanted) ??
    worst.find(
      ({ deployment }) => deployment.provider.id === sel || deployment.provider.name.toLowerCase() === wanted,
    ) ??
    null
  );
}
