import { describe, expect, it } from "vitest";
import { type FilterLanguage, type FilterText, parseFilter, printFilter, readComparisons } from "./filter-language.ts";
import { joinList } from "./schemas/value-list.ts";

const language: FilterLanguage = {
  words: "q",
  aliases: { latency: "total" },
  fields: {
    outcome: { kind: "list", values: ["ok", "rescued", "failed"], negatable: true },
    status: { kind: "list", pattern: /^[1-5](\d\d|xx)$/, negatable: true },
    key: { kind: "list", negatable: true },
    error: { kind: "list", parameter: "errorCode" },
    session: { kind: "text" },
    stream: { kind: "flag" },
    attempts: { kind: "number", unit: "count" },
    total: { kind: "number", unit: "duration" },
    cost: { kind: "number", unit: "money" },
    tokens: { kind: "number", unit: "tokens" },
  },
};
const parse = (text: string) => parseFilter(text, language);

describe("the filter language", () => {
  it("reads keys, values, refusals and comparisons together with words", () => {
    expect(parse('gpt outcome:rescued,failed latency:>5s -key:"night run",ci turbo cost:>=$0.05 stream:no')).toEqual({
      filter: {
        outcome: "rescued,failed",
        total: "gt:5000",
        "-key": "night run,ci",
        cost: "gte:0.05",
        stream: "false",
        q: "gpt turbo",
      },
      notes: [],
    });
  });

  it.each([
    ["total:2s", "eq:2000"],
    ["total:>=800ms", "gte:800"],
    ["total:<1.5m", "lt:90000"],
    ["total:>1s,<=2s", "gt:1000,lte:2000"],
    ["latency:>1s total:<2s", "gt:1000,lt:2000"],
  ])("reads the duration of %s", (text, expected) => expect(parse(text).filter).toEqual({ total: expected }));

  it("counts tokens in thousands and millions", () => {
    expect(parse("tokens:>10k").filter).toEqual({ tokens: "gt:10000" });
    expect(parse("tokens:<1.5m").filter).toEqual({ tokens: "lt:1500000" });
  });

  it("puts several conditions of one key together, and knows keys in any case", () => {
    expect(parse("Key:a KEY:b").filter).toEqual({ key: "a,b" });
  });

  it.each([
    ["outcome:splendid", "bad_value"],
    ["status:9xx", "bad_value"],
    ["total:>fast", "bad_value"],
    ["attempts:>1.5", "bad_value"],
    ["key:>5", "not_comparable"],
    ["-total:>5s", "not_negatable"],
    ["-session:a", "not_negatable"],
    ["key:", "empty_value"],
    ["stream:maybe", "bad_value"],
  ])("says why %s is left out, and keeps the rest", (part, problem) => {
    expect(parse(`hello ${part}`)).toEqual({ filter: { q: "hello" }, notes: [{ part, problem }] });
  });

  it("looks for a key it does not know as text, and says so", () => {
    expect(parse("llama3:8b")).toEqual({ filter: { q: "llama3:8b" }, notes: [] });
    expect(parse("colour:red")).toEqual({
      filter: { q: "colour:red" },
      notes: [{ part: "colour:red", problem: "word" }],
    });
    expect(parse("__proto__:x constructor:y").filter).toEqual({ q: "__proto__:x constructor:y" });
  });

  it("keeps commas, quotes and backslashes of values", () => {
    const filter = { key: joinList(['a,b "c" \\d', "plain"]), session: 'x "y" z' };
    expect(parse(printFilter(filter, language))).toEqual({ filter, notes: [] });
  });

  it("prints words that look like conditions so that they stay words", () => {
    for (const q of ["status:500", 'say "hi"', "-key:x now", "two  spaces", "a:b"]) {
      expect(parse(printFilter({ q }, language)).filter, q).toEqual({ q });
    }
  });

  it("survives an unfinished quote", () => {
    expect(parse('key:"half').filter).toEqual({ key: "half" });
  });

  it("reads no comparison where there is none", () => {
    for (const text of ["", "5", "gte:", "gte:-1", "near:5", "gte:1;lte:2"]) expect(readComparisons(text)).toBeNull();
  });

  it("reads back whatever it prints", () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    const of = <Item>(items: readonly Item[]) => items[random(items.length)] as Item;
    const text = () =>
      Array.from({ length: 1 + random(6) }, () => of([...'ab:- ,"\\<>=$日é1']))
        .join("")
        .trim()
        .replace(/\s+/g, " ") || "x";
    const list = (value: () => string) => joinList(Array.from({ length: 1 + random(3) }, value));
    const number = () =>
      Array.from({ length: 1 + random(2) }, () => `${of(["gte", "lte", "gt", "lt", "eq"])}:${random(100_000)}`).join(
        ",",
      );
    const makers: Record<string, () => string> = {
      outcome: () => list(() => of(["ok", "rescued", "failed"])),
      "-status": () => list(() => of(["500", "4xx"])),
      key: () => list(text),
      "-key": () => list(text),
      errorCode: () => list(text),
      session: text,
      stream: () => of(["true", "false"]),
      attempts: number,
      total: number,
      cost: () => `gte:${random(1000) / 1000}`,
      tokens: number,
      q: text,
    };
    for (let round = 0; round < 3000; round++) {
      const filter: FilterText = Object.fromEntries(
        Object.entries(makers).flatMap(([name, make]) => (random(3) === 0 ? [[name, make()]] : [])),
      );
      const printed = printFilter(filter, language);
      expect(parse(printed).filter, `${JSON.stringify(filter)} as ${printed}`).toEqual(filter);
    }
  });
});
