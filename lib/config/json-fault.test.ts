import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonFault } from "./json-fault.ts";

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
