import { describe, expect, it } from "vitest";
import en from "../../messages/en.json";
import { errorCodes } from "../errors.ts";
import { endpoints, reasons, strategies } from "../gateway/types.ts";
import { fieldProblemCodes } from "../schemas/problems.ts";
import { layered } from "./messages.ts";

describe("a translation that is not finished", () => {
  it("keeps the English text of what it lacks, at every depth", () => {
    const english = { a: { b: "one", c: "two" }, d: "three" };
    expect(layered(english, { a: { c: "zwei" } })).toEqual({ a: { b: "one", c: "zwei" }, d: "three" });
  });
});

describe("the closed lists", () => {
  it("have a sentence for every error code", () => {
    expect(errorCodes.filter((code) => !(code in en.errors.code))).toEqual([]);
  });
  it("have words for every reason", () => {
    expect(reasons.filter((reason) => !(reason in en.reasons))).toEqual([]);
  });
  it("have a name for every endpoint and strategy", () => {
    expect(endpoints.filter((name) => !(name.replace(".", "_") in en.calls.endpoint))).toEqual([]);
    expect(strategies.filter((name) => !(name in en.groups.strategy && name in en.groups.strategyEffect))).toEqual([]);
  });
  it("have a sentence for every refused field", () => {
    expect(fieldProblemCodes.filter((code) => !(code in en.errors.field))).toEqual([]);
  });
});
