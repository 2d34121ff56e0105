import { describe, expect, it } from "vitest";
import { patternProblem, tooLarge } from "./keyword-pattern.ts";

describe("a pattern for a fail keyword", () => {
  it.each([
    "quota (exceeded|used up)",
    "^\\s*error:?\\b",
    "配额.{0,10}用完",
    "(a+)+$",
    "[\\w.]+@example\\.com",
    ".{200}!",
  ])("may be %s", (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });

  it.each([
    ["a back-reference", "(a)\\1", 3],
    ["a named back-reference", "(?<x>a)\\k<x>", 7],
    ["look-ahead", "a(?=b)", 1],
    ["negative look-ahead", "a(?!b)", 1],
    ["look-behind", "(?<=a)b", 0],
    ["negative look-behind", "(?<!a)b", 0],
    ["an atomic group", "(?>a)b", 0],
    ["an unclosed bracket", "ab(c", 2],
    ["a repetition of repetitions past all bounds", "(a{100}){99}", 8],
  ])("must not need %s, and the place is named", (_what, pattern, position) => {
    expect(patternProblem(pattern)).toMatchObject({ position });
  });

  it.each([".{1000}", ".{999}".repeat(20), "(?:a?){1000}".repeat(80), "\\pL{500}".repeat(3)])(
    "must not take so many steps a character that a long answer would hold the gateway up: %s",
    (pattern) => {
      expect(patternProblem(pattern)?.reason).toBe(tooLarge);
    },
  );

  it.each(["", "a*", "x?|y?", "()"])("must not match nothing at all: %j", (pattern) => {
    expect(patternProblem(pattern)?.reason).toBe("matches every answer");
  });
});
