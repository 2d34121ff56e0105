import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as exportStats } from "@/app/api/admin/stats/export/route";
import { GET as readStats } from "@/app/api/admin/stats/route";
import { db } from "@/lib/db/client";
import { pruneCalls } from "@/lib/db/retention";
import type { CallRecord, Outcome } from "@/lib/gateway/types";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1);

const dimensions = {
  group: { id: "grp_s", name: "stats" },
  provider: { id: "prv_s", name: "Gone" },
  key: { id: "key_s", name: "laptop" },
  usage: { input: 10, output: 5, cached: 3, cacheWrite: 2, reasoning: 1, source: "provider" as const },
  cost: { nanos: 1_000_000, source: "catalogue" as const },
};

/** Calls with these outcomes, a second apart from `hours` after the first of March. */
function calls(count: number, hours: number, outcome: Outcome, deploymentId: string | null): CallRecord[] {
  return Array.from({ length: count }, (_, i) =>
    finishedCall({ ...dimensions, at: start + hours * hour + i * 1000, outcome, deploymentId, totalMs: 5000 }),
  );
}

beforeAll(() => {
  const streamed = [100, 200, 300, 1000].map((firstTokenMs) =>
    finishedCall({ ...dimensions, at: start + hour, deploymentId: "dep_a", stream: true, firstTokenMs, totalMs: 2000 }),
  );
  admin.store(
    ...streamed,
    ...calls(86, 1, "ok", "dep_a"),
    ...calls(8, 1, "rescued", "dep_b"),
    ...calls(2, 2, "failed", "dep_a"),
    ...calls(50, 23, "refused", null),
    ...calls(1, 24, "ok", "dep_a"),
  );
});

const read = async (query: string) => (await admin.send(readStats, { query: `?group=grp_s&${query}` })).body;
const day = "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";

/** A percentile is kept to the tenth. */
function near(value: number) {
  return expect.closeTo(value, -Math.log10(value / 5));
}

type Group = { id: string; name: string; totals: { calls: number }; series?: unknown[] };
const withoutName = ({ name: _, ...group }: Group) => group;

describe("stats", () => {
  it("sum a span, count rescued calls as answered and leave refused ones out of the success rate", async () => {
    const { totals, series, bucket } = await read(day);
    expect(bucket).toBe("hour");
    expect(totals).toMatchObject({
      calls: 150,
      rescued: 8,
      byOutcome: { ok: 90, rescued: 8, failed: 2, refused: 50 },
      successRate: 0.98,
      tokens: { input: 1500, cached: 450, cacheWrite: 300, output: 750, reasoning: 150 },
      costUsd: "0.15",
      unpricedCalls: 0,
    });
    expect(series).toHaveLength(24);
    expect(series[1]).toMatchObject({ at: "2026-03-01T01:00:00.000Z", calls: 98, complete: true });
    expect(series[5]).toMatchObject({
      calls: 0,
      successRate: null,
      firstTokenMs: null,
      totalMs: null,
      costUsd: "0",
    });
  });

  it("tell how long answered calls took, whole and to the first token, and of how many calls that is known", async () => {
    const { totals, series } = await read(day);
    expect(totals.firstTokenMs).toEqual({ p50: near(200), p95: near(1000), p99: near(1000), calls: 4 });
    expect(totals.totalMs).toEqual({ p50: near(5000), p95: near(5000), p99: near(5000), calls: 98 });
    expect(series[1].firstTokenMs).toEqual(totals.firstTokenMs);
    expect(series[2].totalMs).toBeNull();
    const { groups } = await read(`${day}&by=outcome`);
    const failed = groups.find((one: { id: string }) => one.id === "failed");
    expect(failed.totals.totalMs).toMatchObject({ p50: near(5000), calls: 2 });
  });

  it("split by a dimension, most calls first, with names that outlive what they named, and sums that add up", async () => {
    const { groups, totals } = await read(`${day}&by=deployment`);
    expect(groups.map(({ id, name, totals }: Group) => [id, name, totals.calls])).toEqual([
      ["dep_a", "Gone/gpt-x", 92],
      ["", "", 50],
      ["dep_b", "Gone/gpt-x", 8],
    ]);
    expect(groups.reduce((sum: number, one: Group) => sum + one.totals.calls, 0)).toBe(totals.calls);
    const order = (await read(`${day}&by=outcome`)).groups.map(({ id }: Group) => id);
    expect(order).toEqual(["ok", "refused", "rescued", "failed"]);
    expect((await read(`${day}&by=key`)).groups).toMatchObject([{ id: "key_s", name: "laptop" }]);
  });

  it("tell the series of the metric asked for, and put what comes after the first few together, percentiles too", async () => {
    const cost = await read(`${day}&by=deployment&metric=cost&top=1`);
    expect(cost.groups.map(({ id, series }: Group) => [id, series !== undefined])).toEqual([
      ["dep_a", true],
      ["", false],
      ["dep_b", false],
    ]);
    expect(cost.groups[0].series[1]).toEqual({ at: "2026-03-01T01:00:00.000Z", calls: 90, value: 0.09 });
    expect(cost.others).toMatchObject({ count: 2, totals: { calls: 58, costUsd: "0.058" } });
    expect(cost.others.series[1].value).toBe(0.008);
    const slow = await read(`${day}&by=deployment&metric=p95Ms&top=1`);
    expect(slow.groups[0].series[1].value).toEqual(near(5000));
    expect(slow.groups[0].series[5].value).toBeNull();
    expect(slow.others.series[1].value).toEqual(near(5000));
    expect((await read(`${day}&by=key&top=3`)).others).toBeNull();
  });

  it("tell the exact mean duration of answered calls, also of hours without percentiles", async () => {
    const { totals, groups } = await read(`${day}&by=outcome`);
    expect(totals.averageMs).toBe(Math.round(((4 * 2000 + 94 * 5000) / 98) * 10) / 10);
    expect(groups.find((one: { id: string }) => one.id === "failed").totals.averageMs).toBe(5000);
    expect((await read(`${day}&key=nobody`)).totals.averageMs).toBeNull();
  });

  it("compare the complete buckets of a range with as many right before them", async () => {
    const second = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&compare=true";
    const { comparison } = await read(second);
    expect(comparison).toMatchObject({
      from: "2026-03-02T00:00:00.000Z",
      to: "2026-03-03T00:00:00.000Z",
      totals: { calls: 1, successRate: 1, averageMs: 5000 },
      previous: { from: "2026-03-01T00:00:00.000Z", to: "2026-03-02T00:00:00.000Z", totals: { calls: 150 } },
    });
    const byDay = await read(`${second}&bucket=day&tz=Europe/Berlin`);
    expect(byDay.comparison.previous).toMatchObject({
      from: "2026-02-28T23:00:00.000Z",
      to: "2026-03-01T23:00:00.000Z",
    });
    const until = new Date(Date.now() + hour).toISOString();
    const running = await read(`from=${new Date().toISOString()}&to=${until}&bucket=day&compare=true`);
    expect(running.comparison).toBeNull();
    expect((await read(day)).comparison).toBeUndefined();
  });

  it("are the same in a file: its rows add up to the totals, times have an offset, and no name runs as a formula", async () => {
    const key = { id: "key_f", name: "=1+1" };
    const group = { id: "grp_f", name: "file" };
    admin.store(
      ...["ok", "failed", "ok"].map((outcome, i) =>
        finishedCall({
          ...dimensions,
          group,
          key,
          outcome: outcome as Outcome,
          at: start + i * 24 * hour,
          totalMs: 700,
        }),
      ),
    );
    const scope =
      "?group=grp_f&range=9000h&from=2026-03-01T00:00:00Z&to=2026-03-05T00:00:00Z&by=key&bucket=day&tz=Asia/Tokyo";
    const authorization = `Bearer ${admin.environmentToken}`;
    const answer = await exportStats(new Request(`http://sluice.test/x${scope}`, { headers: { authorization } }));
    expect(answer.headers.get("content-disposition")).toMatch(/filename="sluice-usage-\d{8}T\d{6}Z\.csv"/);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await answer.arrayBuffer());
    const [head, ...records] = text.trimEnd().split("\r\n");
    expect(head?.startsWith("\uFEFFat,keyId,key,calls,ok,rescued,failed,")).toBe(true);
    expect(records.map((record) => record.split(",").slice(0, 4))).toEqual(
      ["01", "02", "03"].map((date) => [`2026-03-${date}T00:00:00+09:00`, "key_f", "'=1+1", "1"]),
    );
    const cost = head?.split(",").indexOf("costUsd") ?? -1;
    const { body } = await admin.send(readStats, { query: scope });
    expect(records.reduce((sum, record) => sum + Number(record.split(",")[cost]), 0)).toBeCloseTo(
      Number(body.totals.costUsd),
      9,
    );
    const refused = await exportStats(new Request("http://sluice.test/x?by=star", { headers: { authorization } }));
    expect(refused.status).toBe(400);
    const whole = await exportStats(
      new Request("http://sluice.test/x?group=grp_f&range=365d", { headers: { authorization } }),
    );
    expect((await whole.text()).trimEnd().split("\r\n")).toHaveLength(4);
  });

  it("count one provider, key or deployment alone, by name or id", async () => {
    const calls = async (filter: string) => (await read(`${day}&${filter}`)).totals.calls;
    expect(await calls("deployment=dep_b")).toBe(8);
    expect(await calls("key=key_s&provider=prv_s")).toBe(150);
    expect(await calls("key=nobody")).toBe(0);
    expect(await calls("demo=true")).toBe(0);
  });

  it("count hours of an older version and say of how many calls the durations are known", async () => {
    const at = start + 24 * 30 * hour;
    const older = {
      groupId: "grp_o",
      deploymentId: "dep_a",
      providerId: "prv_s",
      keyId: "key_s",
      outcome: "ok",
      calls: 40,
      attempts: 40,
      inputTokens: 0n,
      cachedTokens: 0n,
      outputTokens: 0n,
      costNanos: 0n,
      unpricedCalls: 0,
      totalMsSum: 0n,
      firstTokenSum: 0n,
    };
    await db().usageHour.createMany({ data: [0, 1].map((i) => ({ ...older, at: new Date(at + i * hour) })) });
    const group = { id: "grp_o", name: "older" };
    admin.store(finishedCall({ ...dimensions, group, at: at + hour, deploymentId: "dep_a", totalMs: 700 }));
    const span = `from=${new Date(at).toISOString()}&to=${new Date(at + 2 * hour).toISOString()}`;
    const { body } = await admin.send(readStats, { query: `?group=grp_o&${span}` });
    expect(body.series.map((one: { calls: number; totalMs: unknown }) => [one.calls, one.totalMs])).toEqual([
      [40, null],
      [41, { p50: near(700), p95: near(700), p99: near(700), calls: 1 }],
    ]);
    expect(body.totals).toMatchObject({ calls: 81, totalMs: { calls: 1 }, firstTokenMs: null });
    await db().usageHour.deleteMany({ where: { groupId: "grp_o" } });
  });

  it("refuse spans that end before they begin or have too many buckets", async () => {
    expect((await read("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z")).error.param).toBe("from");
    expect((await read("range=9999d&bucket=hour")).error.param).toBe("bucket");
    expect((await read("tz=Mars/Olympus")).error.param).toBe("tz");
  });

  it("are the same by hour, by day and in total after every call was deleted", async () => {
    const queries = [day, `${day}&by=deployment`, `${day}&bucket=day&by=key`, "range=365d&by=model"];
    const views = () => Promise.all(queries.map(read));
    const before = await views();
    expect(before.map(({ totals }) => totals.calls)).toEqual([150, 150, 150, 151]);
    await pruneCalls({ callsBeforeMs: Date.now(), bodiesBeforeMs: Date.now() });
    expect(await db().call.count()).toBe(0);
    const after = await views();
    for (const [index, { totals, series, groups }] of before.entries()) {
      expect(after[index].totals).toEqual(totals);
      expect(after[index].series).toEqual(series);
      expect(after[index].groups?.map(withoutName)).toEqual(groups?.map(withoutName));
    }
  });

  it("S52, C22: cut days where the zone does, also around a change of clocks", async () => {
    const { series } = await read("from=2026-03-01T00:00:00Z&to=2026-03-02T12:00:00Z&bucket=day&tz=Asia/Tokyo");
    expect(series.map((one: { at: string; calls: number }) => [one.at, one.calls])).toEqual([
      ["2026-02-28T15:00:00.000Z", 100],
      ["2026-03-01T15:00:00.000Z", 51],
    ]);
    const spring = await read("from=2026-03-28T12:00:00Z&to=2026-03-30T12:00:00Z&bucket=day&tz=Europe/Berlin");
    expect(spring.series.map((one: { at: string }) => one.at)).toEqual([
      "2026-03-27T23:00:00.000Z",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
  });

  it("are read from whole days where hours are gone or would be too many, in the zone of the instance, and say so", async () => {
    await db().usageHour.deleteMany();
    const year = await read("from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z&bucket=day&tz=Asia/Tokyo");
    expect([year.tz, year.series.length, year.totals.calls]).toEqual(["UTC", 364, 151]);
    expect(year.series[59]).toMatchObject({ at: "2026-03-01T00:00:00.000Z", calls: 150 });
    const whole = await read(`${day}&bucket=day`);
    expect([whole.tz, whole.totals.calls]).toEqual(["UTC", 150]);
    const part = await read("from=2026-03-01T00:00:00Z&to=2026-03-01T12:00:00Z&bucket=day");
    expect(part.totals.calls).toBe(0);
  });
});
