import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonFault, repeatedNames } from "./json-fault.ts";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("where a text stops being JSON", () => {
  it.each([
    ['{"a": ,}', 6],
    ['{"a": 1,}', 8],
    ['{"a": 1 "b": 2}', 8],
    ["{a: 1}", 1],
    ["[1, 2", 5],
    ["[1,, 2]", 3],
    ['{"a": tru}', 6],
    ['{"a": 01}', 6],
    ['["a\nb"]', 1],
    ["{} {}", 3],
    ["", 0],
    ["[}", 1],
  ])("in %j is at %i", (text, offset) => {
    expect(jsonFault(text)).toBe(offset);
  });

  it("is nowhere exactly where JSON.parse takes it, for any JSON and any damage to it", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", "}", "]", '"', ":", "1", "x", "\\", "\n"),
        (text, n, sign) => {
          const place = n % (text.length + 1);
          const damaged = text.slice(0, place) + sign + text.slice(place + 1);
          for (const one of [text, damaged]) expect(jsonFault(one) === null).toBe(isJson(one));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is found in a nesting deeper than any stack", () => {
    expect(jsonFault("[".repeat(1_000_000))).toBe(1_000_000);
  });
});

describe("names that stand twice", () => {
  it.each([
    ['{"a":1,\n"a":2}', [{ name: "a", line: 2 }]],
    ['{"a":{"b":1},"b":[{"b":"a"},{"b":"a,\\"a"}]}', []],
    ['{"a":1,"\\u0061":2,"c":["a","a"]}', [{ name: "a", line: 1 }]],
    [
      '[{"x":{}, "y":[1,2], "x":{"y":1,\n\n"y":2}}]',
      [
        { name: "x", line: 1 },
        { name: "y", line: 3 },
      ],
    ],
    ['"a"', []],
  ])("in %j are found with their lines", (text, found) => {
    expect(repeatedNames(text)).toEqual(found);
  });
});
