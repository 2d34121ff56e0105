import { describe, expect, it } from "vitest";
import en from "../../messages/en.json" with { type: "json" };
import japanese from "../../messages/ja.json" with { type: "json" };
import korean from "../../messages/ko.json" with { type: "json" };
import simplified from "../../messages/zh-CN.json" with { type: "json" };
import traditional from "../../messages/zh-TW.json" with { type: "json" };
import { errorCodes } from "../errors.ts";
import { endpoints, reasons, strategies } from "../gateway/types.ts";
import { fieldProblemCodes } from "../schemas/problems.ts";
import { compiled, layered } from "./messages.ts";

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

describe("messages as they are sent to browsers", () => {
  it("can be read in every language, and stay as they are where nothing is put in", () => {
    for (const texts of [en, japanese, korean, simplified, traditional])
      expect(compiled(texts).common).toMatchObject({ cancel: texts.common.cancel });
  });
  it("are plain objects to the last, or no page could hand them on", () => {
    const message = compiled({ left: "{count, plural, one {# day} other {# days}}" });
    expect(message).toStrictEqual({ left: [["count", 2, { one: [0, " day"], other: [0, " days"] }]] });
  });
});
