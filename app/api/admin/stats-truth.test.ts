import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as readMonth } from "@/app/api/admin/stats/month/route";
import { GET as readStats } from "@/app/api/admin/stats/route";
import { db } from "@/lib/db/client";
import { readStatHours } from "@/lib/db/stat-hours";
import { readMonth as monthOf } from "@/lib/db/stat-month";
import { readStats as statsOf } from "@/lib/db/stats";
import { type CallRecord, outcomes } from "@/lib/gateway/types";
import { isSum, metricOf, statMetrics } from "@/lib/schemas/stat-terms";
import {
  StatHoursQuery,
  type StatMonthView,
  type StatNumbers,
  StatsExportQuery,
  StatsQuery,
} from "@/lib/schemas/stats";
import { exportStats } from "@/lib/server/stats-export";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import { startOfDay, wallClock } from "@/lib/zoned-time";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const hour = 3_600_000;
const day = 24 * hour;
const sums = statMetrics.filter(isSum);
const zones = ["UTC", "Asia/Tokyo", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"] as const;

/** A span around both changes of Berlin's clocks and within what is kept by the hour. */
const spans = [Date.UTC(2026, 9, 20), Date.UTC(2026, 10, 12)] as const;

const callArbitrary = fc.record({
  at: fc.integer({ min: spans[0], max: spans[1] - 1 }),
  model: fc.constantFrom("dep_a", "dep_b", "dep_c", null),
  key: fc.constantFrom("key_a", "key_b"),
  outcome: fc.constantFrom(...outcomes),
  totalMs: fc.integer({ min: 0, max: 60_000 }),
  firstTokenMs: fc.option(fc.integer({ min: 0, max: 5000 })),
  input: fc.integer({ min: 0, max: 5000 }),
  output: fc.integer({ min: 0, max: 500 }),
  nanos: fc.integer({ min: 0, max: 5_000_000_000 }),
});
type Made = typeof callArbitrary extends fc.Arbitrary<infer One> ? One : never;

const recordOf = (one: Made, group: string): CallRecord =>
  finishedCall({
    at: one.at,
    group: { id: group, name: group },
    key: { id: one.key, name: one.key },
    deploymentId: one.model,
    outcome: one.outcome,
    totalMs: one.totalMs,
    firstTokenMs: one.firstTokenMs,
    usage: { input: one.input, output: one.output, cached: 0, cacheWrite: 0, reasoning: 0, source: "provider" },
    cost: { nanos: one.nanos, source: "catalogue" },
  });

/** What a reader of the raw calls would count. */
function naive(calls: readonly Made[]) {
  const answered = calls.filter(({ outcome }) => outcome === "ok" || outcome === "rescued");
  const sum = (of: (one: Made) => number) => calls.reduce((all, one) => all + of(one), 0);
  const counted = (...of: string[]) => calls.filter(({ outcome }) => of.includes(outcome)).length;
  const taken = counted("ok", "rescued", "failed", "interrupted");
  const sorted = answered.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  return {
    calls: calls.length,
    inputTokens: sum(({ input }) => input),
    outputTokens: sum(({ output }) => output),
    cost: sum(({ nanos }) => nanos) / 1e9,
    rescued: counted("rescued"),
    errors: counted("failed", "interrupted"),
    successRate: taken === 0 ? null : answered.length / taken,
    p95Ms: sorted.length === 0 ? null : (sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null),
  };
}

function expectSame(numbers: StatNumbers, calls: readonly Made[]): void {
  const expected = naive(calls);
  for (const metric of ["calls", "inputTokens", "outputTokens", "rescued", "errors"] as const)
    expect(metricOf(numbers, metric), metric).toBe(expected[metric]);
  expect(Number(numbers.costUsd)).toBeCloseTo(expected.cost, 8);
  if (expected.successRate === null) expect(numbers.successRate).toBeNull();
  else expect(numbers.successRate).toBeCloseTo(expected.successRate, 12);
  const p95 = numbers.totalMs?.p95 ?? null;
  if (expected.p95Ms === null) expect(p95).toBeNull();
  else expect(Math.abs((p95 ?? 0) - expected.p95Ms)).toBeLessThanOrEqual(1 + expected.p95Ms * 0.1);
}

/** What is shown, days and hours as they stood then: hours are not kept for ever. */
const clock = Date.UTC(2026, 10, 13);
const instance = { shown: "UTC", days: "UTC" };
const stats = (query: Record<string, string>) => statsOf(StatsQuery.parse(query), instance, clock);

const fromText = (text: string) => Object.fromEntries(new URLSearchParams(text));
let made = 0;

describe("figures against a count of the raw calls", () => {
  it("agree in total, in every bucket, group and part, for any calls, zone and step, and parts come to their whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(callArbitrary, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...zones),
        fc.constantFrom("hour", "day", "week", "month"),
        fc.constantFrom(...spans.map((one) => new Date(one).toISOString()), "2026-10-24T22:30:00.000Z"),
        async (list, tz, bucket, from) => {
          const group = `grp_truth${made++}`;
          admin.store(...list.map((one) => recordOf(one, group)));
          const until = Math.max(Date.parse(from) + day, spans[1]);
          const to = new Date(until).toISOString();
          const split = "by=model&then=key&rows=2";
          const view = await stats({ group, tz, bucket, from, to, ...fromText(split) });
          const begin = Date.parse(view.from);
          expect(begin).toBe(
            bucket === "hour" ? Math.floor(Date.parse(from) / hour) * hour : startOfDay(Date.parse(from), view.tz),
          );
          const within = list.filter(({ at }) => at >= begin && at < Date.parse(view.to));
          expectSame(view.totals, within);
          for (const [index, { at, ...numbers }] of view.series.entries()) {
            const end = view.series[index + 1]?.at;
            const inBucket = within.filter(
              (one) => one.at >= Date.parse(at) && (end === undefined || one.at < Date.parse(end)),
            );
            expectSame(numbers, inBucket);
          }
          const rest = (one: { count: number; totals: StatNumbers } | null | undefined) => (one ? [one.totals] : []);
          for (const metric of sums) {
            const total = (numbers: readonly StatNumbers[]) =>
              numbers.reduce((all, one) => all + (metricOf(one, metric) ?? 0), 0);
            const groups = view.groups ?? [];
            expect(total([...groups.map(({ totals }) => totals), ...rest(view.rest)])).toBeCloseTo(
              total([view.totals]),
              8,
            );
            for (const one of groups)
              expect(total([...(one.parts ?? []).map(({ totals }) => totals), ...rest(one.partsRest)])).toBeCloseTo(
                total([one.totals]),
                8,
              );
          }
          for (const one of view.groups ?? []) {
            const own = within.filter(({ model }) => (model ?? "") === one.id);
            expectSame(one.totals, own);
            for (const part of one.parts ?? [])
              expectSame(
                part.totals,
                own.filter(({ key }) => key === part.id),
              );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("are the same whatever the step, and the same calls in the file with a second split", async () => {
    const group = "grp_steps";
    const list = fc.sample(callArbitrary, { numRuns: 300, seed: 5 });
    admin.store(...list.map((one) => recordOf(one, group)));
    const span = { group, tz: "Europe/Berlin", from: "2026-10-21T10:00:00Z", to: "2026-11-11T23:00:00Z" };
    const views = await Promise.all(["day", "week", "month"].map((bucket) => stats({ ...span, bucket })));
    for (const view of views) expect(view.totals).toEqual(views[0]?.totals);
    expect(views[1]?.series.map(({ at }) => at)).toEqual([
      "2026-10-20T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
      "2026-11-01T23:00:00.000Z",
      "2026-11-08T23:00:00.000Z",
    ]);
    // A range that begins on a Wednesday has no whole first week.
    expect(views[1]?.series[0]?.complete).toBe(false);
    expect(views[2]?.series.map(({ at }) => at)).toEqual(["2026-10-20T22:00:00.000Z", "2026-10-31T23:00:00.000Z"]);

    const query = StatsExportQuery.parse({ ...span, ...fromText("bucket=week&by=model&then=key") });
    const answer = await exportStats(query, instance, clock);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await answer.arrayBuffer());
    const [head = "", ...records] = text.trimEnd().split("\r\n");
    const names = head.replace("\uFEFF", "").split(",");
    expect(names.slice(0, 6)).toEqual(["at", "modelId", "model", "keyId", "key", "calls"]);
    const total = (name: string) =>
      records.reduce((all, one) => all + Number(one.split(",")[names.indexOf(name)] ?? 0), 0);
    expect(total("calls")).toBe(views[0]?.totals.calls);
    expect(total("inputTokens")).toBe(views[0]?.totals.tokens.input);
    expect(total("costUsd")).toBeCloseTo(Number(views[0]?.totals.costUsd), 8);
    expect(records[0]?.startsWith("2026-10-21T00:00:00+02:00,")).toBe(true);
  });

  it("tell the change of each group over complete days, also by the week", async () => {
    const group = "grp_change";
    const one = { ...fc.sample(callArbitrary, { numRuns: 1, seed: 1 })[0], outcome: "ok", model: null } as Made;
    const at = (text: string, key: "key_a" | "key_b") => recordOf({ ...one, at: Date.parse(text), key }, group);
    admin.store(
      at("2026-11-01T10:00:00Z", "key_a"),
      at("2026-11-03T10:00:00Z", "key_a"),
      at("2026-11-04T10:00:00Z", "key_a"),
      at("2026-11-04T11:00:00Z", "key_b"),
    );
    const query = {
      group,
      tz: "UTC",
      by: "key",
      compare: "true",
      from: "2026-11-03T00:00:00Z",
      to: "2026-11-05T00:00:00Z",
    };
    for (const bucket of ["hour", "day", "week"]) {
      const view = await stats({ ...query, bucket });
      expect(view.groups?.map(({ id, change }) => [id, change])).toEqual([
        ["key_a", { now: 2, before: 1 }],
        ["key_b", { now: 1, before: 0 }],
      ]);
      expect(view.comparison?.previous).toMatchObject({ from: "2026-11-01T00:00:00.000Z", totals: { calls: 1 } });
    }
  });

  it("refuse a second split without a first or of the same", async () => {
    for (const split of ["then=key", "by=key&then=key"])
      expect((await admin.send(readStats, { query: `?${split}` })).body.error.param).toBe("then");
  });
});

describe("hours of the week", () => {
  it("agree with a count of the raw calls in any zone: means of every time the hour came, quiet ones too", async () => {
    const list = fc.sample(callArbitrary, { numRuns: 400, seed: 3 });
    admin.store(...list.map((one) => recordOf(one, "grp_hours")));
    for (const tz of zones) {
      const read = (metric: string) =>
        readStatHours(
          StatHoursQuery.parse({
            ...{ group: "grp_hours", tz, metric },
            ...{ from: new Date(spans[0]).toISOString(), to: new Date(spans[1]).toISOString() },
          }),
          instance,
          clock,
        );
      const counts = new Map<string, number>();
      for (const { at } of list) {
        const wall = new Date(wallClock(Math.floor(at / hour) * hour, tz));
        const place = `${((wall.getUTCDay() + 6) % 7) + 1} ${wall.getUTCHours()}`;
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
      const view = await read("calls");
      expect(view.hours).toHaveLength(168);
      expect(view.hours.reduce((all, { times }) => all + times, 0)).toBe((spans[1] - spans[0]) / hour);
      for (const one of view.hours) {
        const own = counts.get(`${one.weekday} ${one.hour}`) ?? 0;
        expect(one.calls, `${tz} ${one.weekday} ${one.hour}`).toBe(own);
        expect(one.value).toBeCloseTo(own / one.times, 12);
      }
      expect((await read("p95Ms")).hours.every(({ value, calls }) => value === null || calls > 0)).toBe(true);
    }
  });
});

describe("the running month", () => {
  const now = Date.UTC(2026, 10, 16, 12);
  const zone = { shown: "UTC", days: "UTC" };
  const spend = (group: string, from: number, count: number, nanos: number) =>
    admin.store(
      ...Array.from({ length: count }, (_, index) =>
        finishedCall({
          at: from + index * day,
          group: { id: group, name: group },
          cost: { nanos, source: "catalogue" },
          usage: { input: 1, output: 1, cached: 0, cacheWrite: 0, reasoning: 0, source: "provider" },
        }),
      ),
    );

  it("has no forecast before seven complete days, the first and the running one being none", async () => {
    // From the 9th at noon to the 16th at noon: the 10th to the 15th are complete, six days.
    spend("grp_young", Date.UTC(2026, 10, 9, 12), 8, 1_000_000_000);
    expect(await monthOf({ group: "grp_young" }, zone, now)).toMatchObject({ soFar: 8, forecast: null, budget: null });
  });

  it("goes on with days that were always the same, and ends exactly there", async () => {
    spend("grp_even", Date.UTC(2026, 9, 20, 1), 28, 1_000_000_000);
    const month = await monthOf({ group: "grp_even" }, zone, now);
    expect(month).toMatchObject({ from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z", soFar: 16 });
    expect(month.forecast).toMatchObject({ days: 26, weekly: false, total: { value: 30, low: 30, high: 30 } });
    expect(month.forecast?.points).toHaveLength(15);
    expect(month.forecast?.points[0]).toMatchObject({ at: "2026-11-16T00:00:00.000Z", value: 1 });
    expect(month.forecast?.points[0]?.monthSoFar.value).toBe(16);
  });

  it("never ends below what was spent already", async () => {
    spend("grp_burst", Date.UTC(2026, 10, 1, 1), 15, 0);
    spend("grp_burst", Date.UTC(2026, 10, 16, 1), 1, 50_000_000_000);
    const { soFar, forecast } = await monthOf({ group: "grp_burst" }, zone, now);
    expect(soFar).toBe(50);
    expect(forecast?.total).toEqual({ value: 50, low: 50, high: 50 });
  });

  it("sums what keys may spend, and says of how many; there is no budget of a group or of calls", async () => {
    const create = (name: string, month: string | null) =>
      db().apiKey.create({
        data: {
          id: `key_${name}`,
          name,
          preview: name,
          budgetMonthNanos: month === null ? null : BigInt(month) * 1_000_000_000n,
        },
      });
    await create("m1", "10");
    await create("m2", "5");
    await create("m3", null);
    const read = async (query: Record<string, string>): Promise<StatMonthView> =>
      (await admin.send(readMonth, { query: `?${new URLSearchParams(query)}` })).body;
    expect((await read({})).budget).toEqual({ usd: "15", used: 0, keys: 2, keysWithout: 1 });
    expect((await read({ key: "m2" })).budget).toEqual({ usd: "5", used: 0, keys: 1, keysWithout: 0 });
    expect((await read({ key: "key_m3" })).budget).toBeNull();
    admin.store(
      ...["key_m1", "key_m3"].map((id) =>
        finishedCall({
          at: now - day,
          key: { id, name: id },
          cost: { nanos: 2_000_000_000, source: "catalogue" },
        }),
      ),
    );
    // What keys without a budget spent is not held against the budgets of the others.
    expect((await monthOf({}, zone, now)).budget).toMatchObject({ usd: "15", used: 2, keys: 2, keysWithout: 1 });
    expect((await read({ group: "grp_even" })).budget).toBeNull();
    expect((await read({ metric: "calls" })).budget).toBeNull();
    expect((await admin.send(readMonth, { query: "?metric=p95Ms" })).body.error.param).toBe("metric");
  });
});
