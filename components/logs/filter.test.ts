import { describe, expect, it } from "vitest";
import { LogFilter } from "@/lib/schemas/logs";
import { filterNames, filterOf, parseTyped, queryOf, withRange } from "./filter";

describe("filterOf and queryOf", () => {
  it("know every condition the server knows", () => {
    expect([...filterNames].sort()).toEqual(Object.keys(LogFilter.shape).sort());
  });

  it("keep conditions, drop what is open on the page, and give the same text whatever the order", () => {
    const filter = filterOf(new URLSearchParams("sel=call_1&q=gpt&outcome=rescued,failed&live=1&group="));
    expect(filter).toEqual({ q: "gpt", outcome: "rescued,failed" });
    expect(queryOf(filter)).toBe(queryOf(filterOf(new URLSearchParams("outcome=rescued,failed&q=gpt"))));
    expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  });
});

describe("withRange", () => {
  it("replaces an absolute time by a relative one, and the other way round nothing is left", () => {
    expect(withRange({ from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", q: "x" }, "24h")).toEqual({
      q: "x",
      range: "24h",
    });
    expect(withRange({ range: "1h", q: "x" }, null)).toEqual({ q: "x" });
  });
});

describe("parseTyped", () => {
  it("takes words as a text search", () => {
    expect(parseTyped("  hello world ")).toEqual({ filter: { q: "hello world" }, ignored: [] });
    expect(parseTyped("")).toEqual({ filter: {}, ignored: [] });
  });

  it("takes name:value as conditions and joins values of one name", () => {
    expect(parseTyped('outcome:rescued status:5xx status:429 key:"my app" slow').filter).toEqual({
      outcome: "rescued",
      status: "5xx,429",
      key: "my app",
      q: "slow",
    });
  });

  it("reads durations and counts", () => {
    expect(parseTyped("total:>5s ttft:>=800ms attempts:>2").filter).toEqual({
      minTotalMs: "5000",
      minFirstTokenMs: "800",
      minAttempts: "2",
    });
  });

  it("leaves colons of model names alone and tells what it did not understand", () => {
    expect(parseTyped("qwen2:7b total:soon")).toEqual({ filter: { q: "qwen2:7b" }, ignored: ["total:soon"] });
    expect(parseTyped("constructor:x").filter).toEqual({ q: "constructor:x" });
  });

  it("only makes conditions the server accepts", () => {
    const { filter } = parseTyped(
      "outcome:failed status:5xx group:g provider:p key:k model:m reason:keyword error:x session:s attempts:2 total:1s ttft:1s w",
    );
    expect(LogFilter.safeParse(filter).success).toBe(true);
  });
});
