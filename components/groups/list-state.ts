import type { DeploymentState } from "@/lib/gateway/types";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import type { StatNumbers } from "@/lib/schemas/stats";
import { firstNow } from "./first-now";

/** Whether a group answers now: by its first tier, only by later ones, by nobody, or not at all since it is off. */
export const groupStates = ["serving", "reduced", "out", "disabled"] as const;
export type GroupState = (typeof groupStates)[number];

export const groupSorts = ["name", "worst", "calls", "rescued"] as const;
export type GroupSort = (typeof groupSorts)[number];

/** A group with what its row says. */
export type GroupRow = {
  group: GroupView;
  state: GroupState;
  first: readonly MemberView[];
  /** Figures of the last day; null without calls. */
  totals: StatNumbers | null;
};

export function groupRow(
  group: GroupView,
  states: ReadonlyMap<string, DeploymentState>,
  skipped: ReadonlySet<string> | undefined,
  totals: StatNumbers | null,
): GroupRow {
  const first = firstNow(group.members, states, skipped);
  return { group, first, totals, state: stateOf(group, first) };
}

function stateOf(group: GroupView, first: readonly MemberView[]): GroupState {
  if (!group.enabled) return "disabled";
  const [one] = first;
  if (!one) return "out";
  // Cold standbys are no part of what the first tier is expected to have.
  const tier = Math.min(...group.members.map(({ priority }) => priority));
  const wanted = group.members.filter(({ priority, enabled, weight }) => priority === tier && enabled && weight > 0);
  return one.priority === tier && first.length >= wanted.length ? "serving" : "reduced";
}

const severity: Record<GroupState, number> = { out: 0, reduced: 1, serving: 2, disabled: 3 };

export const rescuedShare = (totals: StatNumbers | null): number =>
  totals && totals.calls > 0 ? totals.rescued / totals.calls : 0;

/** The rows that match, in the order asked for; equals by name. */
export function shownRows(
  rows: readonly GroupRow[],
  { query, state, sort }: { query: string; state: GroupState | "all"; sort: GroupSort },
): GroupRow[] {
  const wanted = query.trim().toLowerCase();
  const matching = rows.filter(
    ({ group: { name, aliases, members }, state: own }) =>
      (state === "all" || own === state) &&
      [name, ...aliases, ...members.map(({ deployment }) => `${deployment.provider.name}/${deployment.name}`)].some(
        (one) => one.toLowerCase().includes(wanted),
      ),
  );
  const value = (row: GroupRow): number => {
    if (sort === "worst") return severity[row.state];
    if (sort === "calls") return -(row.totals?.calls ?? 0);
    return sort === "rescued" ? -rescuedShare(row.totals) : 0;
  };
  return matching.toSorted((a, b) => value(a) - value(b) || a.group.name.localeCompare(b.group.name));
}

/** The body for a copy of a group under a name nobody has: everything but its aliases, which are names too. */
export function copyOf(group: GroupView, taken: ReadonlySet<string>): Record<string, unknown> {
  const { strategy, timeouts, delivery, retryAfterWaitSeconds, affinity, storeBodies, stripReasoning, enabled } = group;
  let name = `${group.name}-copy`;
  for (let number = 2; taken.has(name); number++) name = `${group.name}-copy-${number}`;
  return {
    ...{ name, strategy, timeouts, delivery, retryAfterWaitSeconds, affinity, storeBodies, stripReasoning, enabled },
    members: membersBody(group),
  };
}

/** The body that makes a deleted group anew. */
export function remakeOf(group: GroupView): Record<string, unknown> {
  return { ...copyOf(group, new Set()), name: group.name, aliases: group.aliases };
}

const membersBody = (group: GroupView) =>
  group.members.map(({ deploymentId, priority, weight, enabled }) => ({ deploymentId, priority, weight, enabled }));
