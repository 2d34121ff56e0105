import { describe, expect, it } from "vitest";
import {
  isWholeDays,
  timeRangeBetween,
  timeRangeMs,
  timeRangeOf,
  timeRangeParameters,
  timeRangeQuery,
  wallTextOf,
} from "./time-range.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const day = (date: string, time = "00:00") => ({ date, time });

describe("the span a URL asks for", () => {
  it("is relative or absolute, absolute first, and none where it means nothing", () => {
    expect(timeRangeOf({ range: "24h" }, now)).toEqual({ range: "24h" });
    expect(timeRangeOf({ range: "24h", from: "2026-11-01T00:00:00+09:00", to: "2026-11-02T00:00:00Z" }, now)).toEqual({
      from: "2026-10-31T15:00:00.000Z",
      to: "2026-11-02T00:00:00.000Z",
    });
    expect(timeRangeOf({ from: "2026-11-21T11:00:00Z" }, now)).toEqual({
      from: "2026-11-21T11:00:00.000Z",
      to: "2026-11-21T12:00:00.000Z",
    });
    for (const odd of [
      {},
      { range: "soon" },
      { range: ["1h"] },
      { from: "yesterday" },
      { from: "2027-01-01T00:00:00Z" },
    ])
      expect(timeRangeOf(odd, now)).toBeNull();
  });

  it("goes back into the URL without what it is not", () => {
    expect(timeRangeParameters({ range: "7d" })).toEqual({ range: "7d", from: null, to: null });
    expect(timeRangeParameters(null)).toEqual({ range: null, from: null, to: null });
    const span = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
    expect(timeRangeOf(timeRangeParameters(span), now)).toEqual(span);
    expect(timeRangeQuery(span)).toEqual({ from: Date.parse(span.from), to: Date.parse(span.to) });
    expect([timeRangeMs(span), timeRangeMs({ range: "1d" })]).toEqual([86_400_000, 86_400_000]);
  });
});

describe("a span between two readings of a clock", () => {
  it("has both minutes, so that 23:59 is the end of a day", () => {
    const span = timeRangeBetween(day("2026-11-01"), day("2026-11-02", "23:59"), "Asia/Tokyo");
    expect(span).toEqual({ from: "2026-10-31T15:00:00.000Z", to: "2026-11-02T15:00:00.000Z" });
    expect(isWholeDays(span as { from: string; to: string }, "Asia/Tokyo")).toBe(true);
    expect(isWholeDays(span as { from: string; to: string }, "UTC")).toBe(false);
  });

  it("has the whole of a day of 25 and of 23 hours", () => {
    const hours = (date: string) =>
      timeRangeMs(timeRangeBetween(day(date), day(date, "23:59"), "Europe/Berlin") ?? { range: "1h" }) / 3_600_000;
    expect([hours("2026-10-25"), hours("2026-03-29"), hours("2026-06-01")]).toEqual([25, 23, 24]);
  });

  it("has an hour that comes twice both times, and begins after one that is skipped", () => {
    expect(timeRangeBetween(day("2026-10-25", "02:00"), day("2026-10-25", "02:59"), "Europe/Berlin")).toEqual({
      from: "2026-10-25T00:00:00.000Z",
      to: "2026-10-25T02:00:00.000Z",
    });
    expect(timeRangeBetween(day("2026-03-29", "02:30"), day("2026-03-29", "03:29"), "Europe/Berlin")).toEqual({
      from: "2026-03-29T01:00:00.000Z",
      to: "2026-03-29T01:30:00.000Z",
    });
  });

  it("is none where a field is empty, a date does not exist, or it ends before it begins", () => {
    expect(timeRangeBetween(day(""), day("2026-11-02"), "UTC")).toBeNull();
    expect(timeRangeBetween(day("2026-02-01"), day("2026-13-40"), "UTC")).toBeNull();
    expect(timeRangeBetween(day("2026-11-02"), day("2026-11-01"), "UTC")).toBeNull();
    expect(timeRangeBetween(day("2011-12-30"), day("2011-12-30", "23:59"), "Pacific/Apia")).toBeNull();
  });

  it("reads back as it was written", () => {
    for (const zone of ["UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]) {
      const span = timeRangeBetween(day("2026-05-03", "04:05"), day("2026-05-09", "10:11"), zone) as { from: string };
      expect(wallTextOf(Date.parse(span.from), zone)).toEqual(day("2026-05-03", "04:05"));
    }
  });
});
