import { forecastDaysMost, forecastOf } from "../forecast.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { playgroundSource } from "../schemas/playground.ts";
import { metricOf } from "../schemas/stat-terms.ts";
import type {
  StatEstimate,
  StatForecast,
  StatMetric,
  StatMonthQuery,
  StatMonthView,
  StatsExportQuery,
} from "../schemas/stats.ts";
import { startOfDay, startOfMonth, wallClock } from "../zoned-time.ts";
import { db } from "./client.ts";
import type { StatZones } from "./stat-spans.ts";
import { readStatRows, readStats, scopeOf } from "./stats.ts";
import { firstUsageAt, type UsageScope } from "./usage-rows.ts";

type KeyBudgets = { ids: ReadonlySet<string>; usd: string; keysWithout: number };

/**
 * What keys may spend in a month: the budget of the one asked for, else of all that are in use. A provider, group or
 * model has none, and its part of the calls cannot be held against that of a key.
 */
async function budgetsOf({ keyId, groupId, providerId, deploymentIds }: UsageScope): Promise<KeyBudgets | null> {
  if (groupId !== undefined || providerId !== undefined || deploymentIds !== undefined) return null;
  const where = {
    deletedAt: null,
    source: { not: playgroundSource },
    ...(keyId === undefined ? { enabled: true } : { id: keyId }),
  };
  const keys = await db().apiKey.findMany({ where, select: { id: true, budgetMonthNanos: true } });
  const ids = new Set<string>();
  let nanos = 0n;
  for (const { id, budgetMonthNanos } of keys) {
    if (budgetMonthNanos === null) continue;
    ids.add(id);
    nanos += budgetMonthNanos;
  }
  return ids.size === 0 ? null : { ids, usd: nanosToUsd(nanos), keysWithout: keys.length - ids.size };
}

const weekdayOf = (at: number, tz: string) => new Date(wallClock(at, tz)).getUTCDay();

function plus(amount: number, { value, low, high }: StatEstimate): StatEstimate {
  return { value: amount + value, low: amount + low, high: amount + high };
}

/**
 * The running month of one metric: what was counted so far, what it comes to if the coming days are like those before
 * (see lib/forecast.ts), and what keys may spend. Days before the first call of these conditions are no days without
 * calls: they do not count.
 */
export async function readMonth(
  query: StatMonthQuery,
  zones: StatZones,
  nowMs: number = Date.now(),
): Promise<StatMonthView> {
  const { metric = "cost", tz: asked = zones.shown, ...which } = query;
  const scope = await scopeOf(which);
  const begin = Math.min(startOfMonth(nowMs, asked), startOfDay(nowMs, asked, -forecastDaysMost));
  const [{ series, tz }, firstAt, budgets] = await Promise.all([
    readStats({ ...which, tz: asked, from: begin, bucket: "day" }, zones, nowMs),
    firstUsageAt(scope, nowMs - (forecastDaysMost + 8) * 86_400_000),
    metric === "cost" ? budgetsOf(scope) : null,
  ]);
  const from = startOfMonth(nowMs, tz);
  const to = startOfMonth(nowMs, tz, 1);
  const days = series.map((one) => ({ at: Date.parse(one.at), complete: one.complete, value: amountOf(one, metric) }));
  const soFar = days.reduce((sum, { at, value }) => (at >= from ? sum + value : sum), 0);
  const forecast = forecastFrom(days, { from, to, tz, nowMs, soFar, firstAt });
  const budget = budgets && {
    ...{ usd: budgets.usd, keys: budgets.ids.size, keysWithout: budgets.keysWithout },
    used: await costOf(budgets.ids, { ...which, tz, from, bucket: "day" }, zones, nowMs),
  };
  return { metric, tz, from: iso(from), to: iso(to), soFar, forecast, budget };
}

/** What some keys spent, in US dollars: a budget says nothing about the calls of others. */
async function costOf(
  keyIds: ReadonlySet<string>,
  query: StatsExportQuery,
  zones: StatZones,
  nowMs: number,
): Promise<number> {
  const { rows } = await readStatRows({ ...query, by: "key" }, zones, nowMs);
  return rows.reduce((sum, { id, numbers }) => (keyIds.has(id) ? sum + amountOf(numbers, "cost") : sum), 0);
}

const iso = (at: number) => new Date(at).toISOString();
const amountOf = (numbers: Parameters<typeof metricOf>[0], metric: StatMetric) => metricOf(numbers, metric) ?? 0;

type Day = { at: number; complete: boolean; value: number };
type Month = { from: number; to: number; tz: string; nowMs: number; soFar: number; firstAt: number | null };

function forecastFrom(days: readonly Day[], { from, to, tz, nowMs, soFar, firstAt }: Month): StatForecast | null {
  // The day of the first call began before it, so it is not a whole one.
  const past = days.filter(({ at, complete }) => complete && firstAt !== null && at > firstAt);
  const today = startOfDay(nowMs, tz);
  const ahead: number[] = [];
  for (let at = today; at < to; at = startOfDay(at, tz, 1)) ahead.push(at);
  const forecast = forecastOf(
    past.map(({ at, value }) => ({ weekday: weekdayOf(at, tz), value })),
    ahead.map((at) => weekdayOf(at, tz)),
  );
  if (forecast === null) return null;
  const spentToday = days.find(({ at }) => at === today)?.value ?? 0;
  const before = days.reduce((sum, { at, value }) => (at >= from && at < today ? sum + value : sum), 0);
  // What is spent is spent: nothing ends below it.
  const atLeast = (least: number, { value, low, high }: StatEstimate): StatEstimate => ({
    value: Math.max(least, value),
    low: Math.max(least, low),
    high: Math.max(least, high),
  });
  const points = ahead.map((at, index) => ({
    at: iso(at),
    ...atLeast(index === 0 ? spentToday : 0, forecast.each[index] ?? nothing),
    monthSoFar: atLeast(soFar, plus(before, forecast.upTo[index] ?? nothing)),
  }));
  const { monthSoFar: total } = points.at(-1) ?? { monthSoFar: atLeast(soFar, nothing) };
  return { days: forecast.days, weekly: forecast.weekly, total, points };
}

const nothing: StatEstimate = { value: 0, low: 0, high: 0 };
