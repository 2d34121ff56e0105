import { describe, expect, it } from "vitest";
import { apiQuery, overviewQueries, overviewStateOf } from "./overview.ts";
import { StatsQuery } from "./stats.ts";

describe("the state of the overview", () => {
  it("is what the URL says, and the usual where it says nothing or nonsense", () => {
    const usual = { span: { range: "24h" }, by: "outcome", demo: null };
    expect(overviewStateOf({})).toEqual(usual);
    expect(overviewStateOf({ range: "soon", by: "star", demo: "maybe" })).toEqual(usual);
    expect(overviewStateOf({ range: "7d", by: "key", demo: "1" })).toEqual({
      ...{ span: { range: "7d" }, by: "key", demo: true },
    });
  });

  it("takes two instants before a range, and no span shorter than its figures can tell", () => {
    const instants = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-03T00:00:00.000Z" };
    expect(overviewStateOf({ ...instants, range: "7d" }).span).toEqual(instants);
    expect(overviewStateOf({ range: "15m" }).span).toEqual({ range: "24h" });
  });
});

it("the questions of the overview are what the management API takes", () => {
  const spans = [{ range: "30d" }, { from: "2026-11-01T00:00:00.000Z", to: "2026-11-03T00:00:00.000Z" }];
  for (const span of spans) {
    const queries = overviewQueries({ span, by: "group", demo: null }, { tz: "Asia/Tokyo", demo: false });
    for (const query of Object.values(queries)) {
      const text = query && Object.fromEntries(new URLSearchParams(apiQuery(query)));
      expect(StatsQuery.parse(text)).toEqual(query);
    }
  }
  expect(overviewQueries(overviewStateOf({}), { tz: "UTC" }).split).toBeNull();
});
