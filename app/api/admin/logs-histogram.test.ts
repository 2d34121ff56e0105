import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as readHistogram } from "@/app/api/admin/logs/histogram/route";
import { GET as listCalls } from "@/app/api/admin/logs/route";
import { GET as readSummary } from "@/app/api/admin/logs/summary/route";
import { bucketWidthMs } from "@/lib/db/log-histogram";
import type { CallRecord } from "@/lib/gateway/types";
import type { LogHistogram } from "@/lib/schemas/logs";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const now = Date.now();

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
  const calls: CallRecord[] = Array.from({ length: 200 }, (_, index) =>
    finishedCall({
      at: now - index * 17 * minuteMs - 5_000,
      outcome: index % 10 === 0 ? "failed" : index % 4 === 0 ? "rescued" : "ok",
      status: index % 10 === 0 ? 502 : 200,
      group: { id: "grp_a", name: "chat" },
      key: index % 3 === 0 ? { id: "key_a", name: "ci" } : null,
      totalMs: index * 10,
    }),
  );
  admin.store(...calls);
});
afterAll(() => admin.close());

const sum = (histogram: LogHistogram) =>
  histogram.buckets.flatMap(({ counts }) => Object.values(counts)).reduce((total, count) => total + count, 0);

async function both(query: string) {
  const list = await admin.send(listCalls, { query: `?${query.replace(/&offset=-?\d+/, "")}&limit=500` });
  const histogram = await admin.send(readHistogram, { query: `?${query}` });
  expect(histogram.status, JSON.stringify(histogram.body)).toBe(200);
  return { list: list.body.items as { at: string; outcome: string }[], histogram: histogram.body as LogHistogram };
}

describe("the histogram of the call log", () => {
  it.each([
    "range=30d",
    "range=24h",
    "range=6h",
    "range=15m",
    "range=30d&outcome=failed",
    "range=30d&key=ci",
    "range=30d&-key=ci",
    "range=30d&-outcome=ok",
    "range=30d&group=chat&demo=false",
    "range=30d&status=5xx",
    "range=30d&total=gt:500",
    `from=${new Date(now - 30 * hourMs + 1234).toISOString()}&to=${new Date(now - 2 * hourMs - 777).toISOString()}`,
    "outcome=rescued",
    "session=none",
    "range=30d&offset=540",
    "range=30d&offset=-330&total=gt:500",
  ])("counts exactly what the list shows, in at most 60 buckets: %s", async (query) => {
    const { list, histogram } = await both(query);
    expect(sum(histogram)).toBe(list.length);
    expect((Date.parse(histogram.to) - Date.parse(histogram.from)) / histogram.bucketMs).toBeLessThanOrEqual(60);
    for (const { at, counts } of histogram.buckets) {
      const start = Date.parse(at);
      const inside = list.filter(
        (call) => Date.parse(call.at) >= start && Date.parse(call.at) < start + histogram.bucketMs,
      );
      expect(inside.length).toBe(Object.values(counts).reduce((total, count) => total + count, 0));
      expect(inside.filter(({ outcome }) => outcome === "failed").length).toBe(counts.failed ?? 0);
    }
    expect(histogram.countedFrom).toBeNull();
  });

  it("has round widths", () => {
    expect(
      [15 * minuteMs, hourMs, 24 * hourMs, 720 * hourMs].map((length) => bucketWidthMs(length, 60) / minuteMs),
    ).toEqual([0.5, 2, 30, 1440]);
  });
});

describe("the summary of a filter", () => {
  it("says what the calls have in common", async () => {
    const { body } = await admin.send(readSummary, { query: "?range=30d&outcome=failed" });
    expect(body).toMatchObject({ looked: 20, more: false, models: [{ model: "gpt-x", count: 20 }] });
    const durations = body.durations as { count: number }[];
    expect(durations.reduce((total, { count }) => total + count, 0)).toBe(20);
    expect(body.p50Ms).toBe(1000);
  });

  it("has nothing to say of nothing", async () => {
    const { body } = await admin.send(readSummary, { query: "?session=none" });
    expect(body).toMatchObject({ looked: 0, reasons: [], models: [], p50Ms: null });
  });
});
