import { describe, expect, it } from "vitest";
import {
  bucketOf,
  bucketsOf,
  queryText,
  usageHoursQuery,
  usageMonthQuery,
  usageParameters,
  usageQuery,
  usageScope,
  usageStateOf,
} from "./figures.ts";
import { StatHoursQuery, StatMonthQuery, StatsExportQuery, StatsQuery } from "./stats.ts";

const context = { tz: "Asia/Tokyo", withDemo: false, nowMs: Date.parse("2026-11-21T00:00:00Z") };
const fromText = (text: string) => Object.fromEntries(new URLSearchParams(text));

describe("the state of the usage page", () => {
  it("is what the URL says, and the usual where it says nothing or nonsense", () => {
    expect(usageStateOf({})).toEqual({
      ...{ metric: "cost", by: "model", second: null, span: { range: "7d" }, bucket: null, cum: false, all: false },
      ...{ group: null, provider: null, key: null, model: null, demo: null },
    });
    const odd = { metric: "luck", by: "star", range: "soon", bucket: "year", "f.key": ["a", "b"], demo: "maybe" };
    expect(usageStateOf(odd)).toEqual(usageStateOf({}));
    expect(usageStateOf({ provider: "p" })).toEqual(usageStateOf({ "f.provider": "p" }));
    expect(usageStateOf(fromText("by=key&then=key&range=15m"))).toEqual(usageStateOf({ by: "key" }));
    expect(
      usageStateOf(fromText("metric=p95Ms&by=key&then=model&range=24h&f.group=chat&demo=true&cum=true")),
    ).toMatchObject({
      ...{ metric: "p95Ms", by: "key", second: "model", span: { range: "24h" }, group: "chat", demo: true, cum: true },
    });
  });

  it("goes back into the URL as it came, without what is as usual", () => {
    const given = (text: string) =>
      Object.fromEntries(Object.entries(usageParameters(usageStateOf(fromText(text)))).filter(([, value]) => value));
    expect(given("")).toEqual({});
    for (const text of [
      "metric=calls&by=key&then=model&range=30d&bucket=week&cum=true&demo=false&f.model=gpt&f.key=k&all=true",
      "range=month&f.group=a&f.provider=b",
      "from=2026-11-01T00%3A00%3A00.000Z&to=2026-11-03T00%3A00%3A00.000Z",
    ])
      expect(given(text)).toEqual(fromText(text));
  });

  it("has steps only where they can be told apart", () => {
    expect(bucketOf({ span: { range: "24h" }, bucket: null })).toBe("hour");
    expect(bucketOf({ span: { range: "24h" }, bucket: "day" })).toBe("day");
    expect(bucketOf({ span: { range: "7d" }, bucket: "hour" })).toBe("hour");
    expect(bucketOf({ span: { range: "90d" }, bucket: "hour" })).toBe("day");
    expect(bucketOf({ span: { range: "999d" }, bucket: null })).toBe("month");
    expect(bucketsOf({ range: "6h" })).toEqual(["hour"]);
    expect(bucketsOf({ range: "30d" })).toEqual(["day", "week"]);
    expect(bucketsOf({ range: "365d" })).toEqual(["day", "week", "month"]);
    expect(bucketsOf({ from: "2026-11-01T00:00:00Z", to: "2026-11-03T00:00:00Z" })).toEqual(["hour", "day"]);
  });
});

describe("queries", () => {
  it("are what the management API takes", () => {
    for (const text of ["f.key=key_1&f.group=chat&then=key", "range=month&f.model=gpt", "from=2026-11-01T00:00:00Z"]) {
      const state = usageStateOf(fromText(text));
      const parsed = (schema: typeof StatsQuery, query: StatsQuery) => schema.parse(fromText(queryText(query)));
      expect(parsed(StatsQuery, usageQuery(state, context))).toEqual(usageQuery(state, context));
      expect(StatsExportQuery.parse(fromText(queryText(usageScope(state, context))))).toEqual(
        usageScope(state, context),
      );
      const hours = usageHoursQuery(state, context);
      expect(StatHoursQuery.parse(fromText(queryText(hours)))).toEqual(hours);
      const month = usageMonthQuery(state, context) ?? {};
      expect(StatMonthQuery.parse(fromText(queryText(month)))).toEqual(month);
    }
  });

  it("begin this month at its first midnight in the zone, and ask for no month of what has no sum", () => {
    const scope = usageScope(usageStateOf({ range: "month" }), context);
    expect(scope.from).toBe(Date.parse("2026-10-31T15:00:00Z"));
    expect(scope.to).toBeUndefined();
    expect(usageMonthQuery(usageStateOf({ metric: "p95Ms" }), context)).toBeNull();
  });

  it("leave demo calls out unless they are asked for or all there is", () => {
    const demoOf = (demo: string | undefined, withDemo: boolean) =>
      usageScope(usageStateOf({ demo }), { ...context, withDemo }).demo;
    expect([demoOf(undefined, false), demoOf("false", true)]).toEqual([false, false]);
    expect([demoOf(undefined, true), demoOf("true", false)]).toEqual([undefined, undefined]);
  });
});
