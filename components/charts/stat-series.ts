import { type Outcome, outcomes } from "@/lib/gateway/types";
import type { StatsView } from "@/lib/schemas/stats";
import { type ChartPoint, type ChartSeries, otherColour, slotLook, slotsOf } from "./series";

/** The id of the series that stands for all groups without one of their own. */
export const otherId = "*";

const outcomeLooks: Record<Outcome, Pick<ChartSeries, "colour" | "dash">> = {
  ok: { colour: "var(--state-ready)" },
  rescued: { colour: "var(--series-1)", dash: "6 3" },
  failed: { colour: "var(--state-down)", dash: "2 3" },
  interrupted: { colour: "var(--state-degraded)", dash: "9 3 2 3" },
  refused: { colour: otherColour, dash: "12 4" },
  client_left: { colour: "var(--series-5)", dash: "4 2 1 2" },
};

type Words = {
  /** What a group is called; its name is empty where calls belong to none. */
  nameOf: (group: { id: string; name: string }) => string;
  /** What the rest is called. */
  other: (count: number) => string;
};

/** What the groups of a view look like wherever they appear: those with a series of their own, and the rest. */
export function groupLooks({
  by,
  groups = [],
}: Pick<StatsView, "by" | "groups">): Map<string, Omit<ChartSeries, "name">> {
  const first = groups.filter((group) => group.series !== undefined);
  const slots = slotsOf(first.map(({ name }) => name));
  return new Map(
    first.map(({ id }, index) => {
      const outcome = by === "outcome" ? outcomes.find((one) => one === id) : undefined;
      const slot = slots[index];
      const look = outcome ? outcomeLooks[outcome] : slot ? slotLook(slot) : { colour: otherColour };
      return [id, { id, ...look }];
    }),
  );
}

/** The series of the groups of a view, largest first, the rest at the end. */
export function groupSeries(stats: StatsView, words: Words): { series: ChartSeries[]; points: ChartPoint[] } {
  const looks = groupLooks(stats);
  const parts = (stats.groups ?? []).flatMap((group) => {
    const look = looks.get(group.id);
    return group.series && look ? [{ look: { ...look, name: words.nameOf(group) }, points: group.series }] : [];
  });
  if (stats.others) {
    const look = { id: otherId, name: words.other(stats.others.count), colour: otherColour, dash: "1 3" };
    parts.push({ look, points: stats.others.series });
  }
  return {
    series: parts.map(({ look }) => look),
    points: stats.series.map(({ at, complete }, index) => ({
      at,
      complete,
      values: parts.map(({ points }) => points[index]?.value ?? null),
    })),
  };
}
