import { describe, expect, it } from "vitest";
import { parametersOf, parseFilter } from "@/lib/filter-language";
import { LogFilter } from "@/lib/schemas/logs";
import { logLanguage, narrowed, queryOf, withTime, written } from "./log-language";

describe("the filter of the call log", () => {
  it("can be written in the box wherever the URL can say it, times aside", () => {
    const known = Object.keys(LogFilter.shape).filter((name) => !["from", "to", "range"].includes(name));
    expect(parametersOf(logLanguage).toSorted()).toEqual(known.sort());
  });

  it("is understood by the management API however it was typed", () => {
    const typed =
      'outcome:rescued provider:azure status:5xx latency:>5s -key:ci attempts:>=2 cost:<$0.5 agent:curl stream:yes error:a session:"x y" hello';
    const { filter, notes } = parseFilter(typed, logLanguage);
    expect(notes).toEqual([]);
    expect(LogFilter.parse(filter)).toMatchObject({
      "-key": ["ci"],
      total: [{ comparator: "gt", value: 5000 }],
      cost: [{ comparator: "lt", value: 0.5 }],
      session: "x y",
      q: "hello",
    });
  });

  it("has one query string, whatever the order it was made in", () => {
    expect(queryOf({ q: "a", outcome: "ok", range: "24h", "-key": "x", colour: "red", status: "" })).toBe(
      "range=24h&outcome=ok&-key=x&q=a",
    );
  });

  it("has one time", () => {
    expect(withTime({ from: "a", to: "b", outcome: "ok" }, { range: "1h" })).toEqual({ outcome: "ok", range: "1h" });
    expect(withTime({ range: "1h", q: "x" }, null)).toEqual({ q: "x" });
  });

  it("writes names for ids, unless two share the name", () => {
    const objects = [
      { id: "key_1", name: "a,b" },
      { id: "key_2", name: "same" },
      { id: "key_3", name: "same" },
    ];
    expect(written({ key: "key_1,key_2,gone", "-key": "key_1", q: "key_1" }, objects)).toEqual({
      key: "a\\,b,key_2,gone",
      "-key": "a\\,b",
      q: "key_1",
    });
  });

  it("narrows to a value as it is", () => {
    expect(narrowed({ range: "1h" }, "model", "a,b")).toEqual({ range: "1h", model: "a\\,b" });
    expect(narrowed({}, "total", "gte:0,lt:250")).toEqual({ total: "gte:0,lt:250" });
    expect(narrowed({}, "session", "a,b")).toEqual({ session: "a,b" });
    expect(narrowed({}, "-key", "a,b")).toEqual({ "-key": "a\\,b" });
  });
});
