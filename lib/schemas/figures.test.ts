import { describe, expect, it } from "vitest";
import { bucketOf, overviewQueries, queryText, usageQuery, usageScope, usageStateOf } from "./figures.ts";
import { StatsExportQuery, StatsQuery } from "./stats.ts";

const context = { tz: "Asia/Tokyo", withDemo: false };
const fromText = (text: string) => Object.fromEntries(new URLSearchParams(text));

describe("the state of the usage page", () => {
  it("is what the URL says, and the usual where it says nothing or nonsense", () => {
    expect(usageStateOf({})).toEqual({
      ...{ metric: "cost", by: "model", range: "7d", bucket: null, group: null, provider: null, key: null, demo: null },
    });
    const odd = { metric: "luck", by: "star", range: "1h", bucket: "week", key: ["a", "b"], demo: "maybe" };
    expect(usageStateOf(odd)).toEqual(usageStateOf({}));
    expect(usageStateOf({ metric: "p95Ms", by: "key", range: "24h", group: "chat", demo: "true" })).toMatchObject({
      ...{ metric: "p95Ms", by: "key", range: "24h", group: "chat", demo: true },
    });
  });

  it("has hours only where they can be told apart", () => {
    expect(bucketOf({ range: "24h", bucket: null })).toBe("hour");
    expect(bucketOf({ range: "24h", bucket: "day" })).toBe("day");
    expect(bucketOf({ range: "7d", bucket: "hour" })).toBe("hour");
    expect(bucketOf({ range: "90d", bucket: "hour" })).toBe("day");
  });
});

describe("queries", () => {
  it("are what the management API takes", () => {
    const state = usageStateOf({ key: "key_1", group: "chat" });
    expect(StatsQuery.parse(fromText(queryText(usageQuery(state, context))))).toEqual(usageQuery(state, context));
    expect(StatsExportQuery.parse(fromText(queryText(usageScope(state, context))))).toEqual(usageScope(state, context));
    for (const query of Object.values(overviewQueries("7d", { tz: "UTC", demo: false })))
      expect(StatsQuery.parse(fromText(queryText(query)))).toEqual(query);
  });

  it("leave demo calls out unless they are asked for or all there is", () => {
    const demoOf = (demo: string | undefined, withDemo: boolean) =>
      usageScope(usageStateOf({ demo }), { tz: "UTC", withDemo }).demo;
    expect([demoOf(undefined, false), demoOf("false", true)]).toEqual([false, false]);
    expect([demoOf(undefined, true), demoOf("true", false)]).toEqual([undefined, undefined]);
  });
});
