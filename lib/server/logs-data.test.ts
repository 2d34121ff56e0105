import { describe, expect, it } from "vitest";
import { readLogFilter } from "./logs-data.ts";

describe("readLogFilter", () => {
  it("takes conditions and leaves out what is open on the page", () => {
    const { filter, ignored } = readLogFilter({
      outcome: "rescued,failed",
      sel: "call_1",
      live: "true",
      tab: "cost",
      q: "",
    });
    expect(filter).toEqual({ outcome: "rescued,failed" });
    expect(ignored).toEqual([]);
  });

  it("tells a condition it cannot use and applies the rest", () => {
    const { filter, ignored, parsed } = readLogFilter({ outcome: "splendid", range: "24h", attempts: "many" });
    expect(filter).toEqual({ range: "24h" });
    expect(parsed).toEqual({ range: "24h" });
    expect(ignored).toEqual(["outcome=splendid", "attempts=many"]);
  });

  it("joins a condition that is given twice", () => {
    expect(readLogFilter({ status: ["429", "5xx"] }).parsed.status).toEqual(["429", "5xx"]);
  });
});
