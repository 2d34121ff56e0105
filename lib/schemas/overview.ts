import type { AttentionView } from "./attention.ts";
import type { HealthView } from "./health.ts";
import { rangeMs } from "./range.ts";
import type { RescueLedger } from "./rescues.ts";
import type { StatNumbers, StatsQuery, StatsView } from "./stats.ts";
import { type TimeRange, timeRangeMs, timeRangeOf, timeRangeQuery } from "./time-range.ts";

/** What is offered: figures are kept by the hour, so shorter spans would not be what they say. */
export const overviewRanges = ["6h", "24h", "7d", "30d"] as const;
const usualRange = { range: "24h" } as const satisfies TimeRange;
const shortestMs = rangeMs("2h");

/** What calls are told apart by over time. */
export const overviewSplits = ["outcome", "model", "provider", "group", "key"] as const;
export type OverviewSplit = (typeof overviewSplits)[number];

/** The state of the overview, as its URL has it. */
export type OverviewState = {
  span: TimeRange;
  by: OverviewSplit;
  /** Whether demo calls count; null = until the first call to a provider of one's own. */
  demo: boolean | null;
};

type Parameters = Record<string, string | string[] | undefined>;

/** The state a URL asks for. What it says that means nothing counts as not said. */
export function overviewStateOf(parameters: Parameters, nowMs: number = Date.now()): OverviewState {
  const span = timeRangeOf(parameters, nowMs);
  return {
    span: span && timeRangeMs(span) >= shortestMs ? span : usualRange,
    by: overviewSplits.find((split) => split === parameters.by) ?? "outcome",
    demo: demoOf(parameters.demo),
  };
}

function demoOf(text: unknown): boolean | null {
  if (text === "1" || text === "true") return true;
  return text === "0" || text === "false" ? false : null;
}

/** Series the palette has colours for; the rest is put together. */
const seriesMost = 6;
/** More than the eight that are shown: those with most attempts are not quite those with most calls. */
const providersMost = 50;

/**
 * The questions of the overview: the server asks them for the first picture, the browser for every later one. `split` is null while calls are told apart by their outcome, which every answer
 * knows.
 */
export function overviewQueries({ span, by }: OverviewState, scope: Pick<StatsQuery, "tz" | "demo">) {
  const asked = { ...scope, ...timeRangeQuery(span) };
  return {
    stats: { ...asked, compare: true },
    models: { ...asked, by: "model", metric: "cost", top: seriesMost, rows: seriesMost },
    split: by === "outcome" ? null : { ...asked, by, metric: "calls", top: seriesMost, rows: seriesMost },
    providers: { ...scope, range: "24h", by: "provider", top: 1, rows: providersMost },
  } as const satisfies Record<string, StatsQuery | null>;
}

type Query = Record<string, string | number | boolean | undefined>;

/** A question as the management API takes it. Instants are epoch milliseconds here and RFC 3339 there. */
export function apiQuery(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const isInstant = (name === "from" || name === "to") && typeof value === "number";
    return [[name, isInstant ? new Date(value).toISOString() : String(value)]];
  });
  return new URLSearchParams(given).toString();
}

/** What the overview shows first. Null = it could not be read in time for the first picture; the page asks again. */
export type OverviewData = {
  state: OverviewState;
  /** The reader's zone. */
  timeZone: string;
  /** Whether demo calls are counted. */
  withDemo: boolean;
  /** Whether there ever were demo calls, so that leaving them out means something. */
  demoEver: boolean;
  stats: StatsView | null;
  /** By model, the dearest with their cost over time. */
  models: StatsView | null;
  /** By what the URL asks to split by; null also while that is the outcome. */
  split: StatsView | null;
  /** By provider, and their strips: always of 24 hours. */
  providers: StatsView | null;
  strips: HealthView | null;
  rescues: RescueLedger | null;
  attention: AttentionView | null;
  /** Of all calls since the first. */
  ever: StatNumbers;
};
