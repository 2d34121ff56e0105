import { describe, expect, it } from "vitest";
import { keywordsFor, type Look, matcherOf } from "./keywords.ts";
import { makeCatalog } from "./testing/gateway-kit.ts";
import type { CatalogKeyword } from "./types.ts";

const keyword = (more: Partial<CatalogKeyword>): CatalogKeyword => ({
  id: "kw_1",
  keyword: "quota",
  match: "contains",
  caseSensitive: false,
  scope: "all",
  targetId: null,
  ...more,
});
const look = (text: string, more: Partial<Look> = {}): Look => ({
  ...{ text, status: 200, complete: true, last: true, more: false, finishes: ["stop"], asksJson: () => false },
  ...more,
});
const hit = (text: string, more: Partial<CatalogKeyword> = {}, complete = true) =>
  matcherOf([keyword(more)], 256).find(look(text, { complete, last: complete }))?.matched ?? null;

describe("a fail keyword", () => {
  it("is found anywhere and in any case, unless case matters", () => {
    expect(hit("Your QUOTA is gone")).toContain("QUOTA");
    expect(hit("Your QUOTA is gone", { caseSensitive: true })).toBeNull();
    expect(hit("Your quota is gone", { caseSensitive: true })).toContain("quota");
    expect(hit("配额已用完，请稍后", { keyword: "配额已用完" })).toContain("配额已用完");
  });

  it("that is exact compares the whole trimmed text, and only when the text is complete", () => {
    expect(hit("  Quota \n", { match: "exact" })).not.toBeNull();
    expect(hit("quota exceeded", { match: "exact" })).toBeNull();
    expect(hit("quota", { match: "exact" }, false)).toBeNull();
  });

  it("that is an expression follows its case rule", () => {
    expect(hit("ERROR 42", { match: "regex", keyword: "error \\d+" })).toBe("ERROR 42");
    expect(hit("ERROR 42", { match: "regex", keyword: "error \\d+", caseSensitive: true })).toBeNull();
  });

  it("shows the match with a little context only", () => {
    expect(hit(`${"a".repeat(500)}quota${"b".repeat(500)}`)).toHaveLength(60 + 5 + 60);
  });

  it.each(["(a+)+$", "^(a+)+$", "(a|aa)+$", "(a*)*b", "(x+x+)+y", "([a-zA-Z]+)*!!", "(.*)*=(.*)*"])(
    "takes linear time where others explode: %s on 100 KB in under 50 ms",
    (pattern) => {
      const text = `${"a".repeat(100_000)}!`;
      const matcher = matcherOf([keyword({ match: "regex", keyword: pattern })], 256);
      const took = Array.from({ length: 5 }, () => {
        const startedAt = performance.now();
        matcher.find(look(text));
        return performance.now() - startedAt;
      });
      // The shortest of five: the promise is about the expression, not about a machine that is busy otherwise.
      expect(Math.min(...took)).toBeLessThan(50);
    },
  );
});

describe("the keywords of an attempt", () => {
  const keywords = [
    keyword({ id: "kw_all", keyword: "all" }),
    keyword({ id: "kw_provider", keyword: "provider", scope: "provider", targetId: "prv_1" }),
    keyword({ id: "kw_group", keyword: "group", scope: "group", targetId: "grp_1" }),
    keyword({ id: "kw_deployment", keyword: "deployment", scope: "deployment", targetId: "dep_2" }),
  ];
  const place = (providerId: string, groupId: string, deploymentId = "dep_1") => ({
    providerId,
    groupId,
    deploymentId,
  });
  const found = (...where: Parameters<typeof place>) => {
    const matcher = keywordsFor(makeCatalog({ keywords }), place(...where));
    return ["all", "provider", "group", "deployment"].filter((text) => matcher?.find(look(text)));
  };

  it("are those of its deployment, its provider, its group and of all", () => {
    expect(found("prv_1", "grp_2", "dep_2")).toEqual(["all", "provider", "deployment"]);
    expect(found("prv_1", "grp_1")).toEqual(["all", "provider", "group"]);
    expect(found("prv_2", "grp_1")).toEqual(["all", "group"]);
    expect(found("prv_1", "grp_2")).toEqual(["all", "provider"]);
  });

  it("cost nothing when there are none", () => {
    expect(keywordsFor(makeCatalog(), place("prv_1", "grp_1"))).toBeNull();
    expect(keywordsFor(makeCatalog({ keywords: keywords.slice(1) }), place("prv_2", "grp_2"))).toBeNull();
  });

  it("do without one whose expression does not compile: it must not fail every call", () => {
    const bad = keyword({ id: "kw_bad", match: "regex", keyword: "(" });
    const matcher = keywordsFor(makeCatalog({ keywords: [bad, keyword({})] }), place("prv_1", "grp_1"));
    expect(matcher?.find(look("quota"))?.keywordId).toBe("kw_1");
    expect(() => matcherOf([bad], 256)).toThrow();
  });
});

describe("a rule that looks at more than words", () => {
  const fits = (rule: Partial<CatalogKeyword>, seen: Partial<Look>) =>
    matcherOf([keyword(rule)], 8).find(look("quota", seen)) !== null;

  it("may be limited to statuses, single ones and classes", () => {
    expect(fits({ statuses: ["503"] }, { status: 503 })).toBe(true);
    expect(fits({ statuses: ["503", "4xx"] }, { status: 429 })).toBe(true);
    expect(fits({ statuses: ["503", "4xx"] }, { status: 200 })).toBe(false);
    expect(matcherOf([keyword({ statuses: ["5xx"] })], 8).takes(200)).toBe(false);
  });

  it("may go by the status alone", () => {
    expect(fits({ match: "any", keyword: "", statuses: ["503"] }, { status: 503, text: "" })).toBe(true);
  });

  it("finds a complete answer empty only where it is known that nothing but text could be in it", () => {
    const empty = { match: "empty", keyword: "" } as const;
    expect(fits(empty, { text: " \n" })).toBe(true);
    expect(fits(empty, { text: "" })).toBe(true);
    expect(fits(empty, { text: "", complete: false })).toBe(false);
    expect(fits(empty, { text: "", more: true })).toBe(false);
    expect(fits(empty, { text: "", more: null })).toBe(false);
    expect(fits(empty, { text: "." })).toBe(false);
  });

  it("finds a complete answer short by the characters people count, and leaves alone what carries more than text", () => {
    const short = { match: "short", keyword: "", minCharacters: 5 } as const;
    expect(fits(short, { text: "  Hi. \n" })).toBe(true);
    expect(fits(short, { text: "Hello" })).toBe(false);
    expect(fits(short, { text: "😀😀😀😀" })).toBe(true);
    expect(fits(short, { text: "😀😀😀😀😀" })).toBe(false);
    expect(fits(short, { text: "" })).toBe(true);
    expect(fits(short, { text: "Hi", complete: false })).toBe(false);
    expect(fits(short, { text: "Hi", more: true })).toBe(false);
    expect(fits(short, { text: "", more: null })).toBe(false);
    expect(fits(short, { text: "Hi", finishes: null })).toBe(false);
  });

  it("knows an answer by why it finished, also before it is complete, and by none that is not one", () => {
    const cut = { match: "finish_reason", keyword: "", finishReasons: ["length", "refusal"] } as const;
    expect(fits(cut, { finishes: ["length"] })).toBe(true);
    expect(fits(cut, { finishes: ["stop", "length"], complete: false })).toBe(true);
    expect(fits(cut, { finishes: ["stop"] })).toBe(false);
    expect(fits(cut, { finishes: [] })).toBe(false);
    expect(fits(cut, { finishes: null })).toBe(false);
  });

  it("finds what is no JSON only where JSON was asked for and nothing else explains it", () => {
    const broken = { match: "not_json", keyword: "" } as const;
    const asked = { asksJson: () => true };
    expect(fits(broken, { ...asked, text: '{"a": 1' })).toBe(true);
    expect(fits(broken, { ...asked, text: "" })).toBe(true);
    expect(fits(broken, { ...asked, text: ' {"a": [1]}\n' })).toBe(false);
    expect(fits(broken, { text: "Sure, here you are" })).toBe(false);
    expect(fits(broken, { ...asked, text: '{"a"', complete: false })).toBe(false);
    expect(fits(broken, { ...asked, text: "Let me look", finishes: ["tool_calls"] })).toBe(false);
    expect(fits(broken, { ...asked, text: "{}{}", finishes: ["stop", "stop"] })).toBe(false);
    expect(fits(broken, { ...asked, text: "overloaded", finishes: null })).toBe(false);
  });

  it("may look at the start of an answer alone", () => {
    expect(fits({ part: "start" }, { text: "a quota" })).toBe(true);
    expect(fits({ part: "start" }, { text: "far away: quota" })).toBe(false);
    expect(fits({ part: "whole" }, { text: "far away: quota" })).toBe(true);
  });
});

describe("rules in their order", () => {
  const tag = keyword({ id: "kw_tag", keyword: "about quotas", verdict: "tag" });
  const fail = keyword({ id: "kw_fail" });
  const other = keyword({ id: "kw_other", keyword: "gone" });

  it("let the first that fits decide, with what it says is to be done", () => {
    expect(matcherOf([tag, fail], 256).find(look("a text about quotas"))).toMatchObject({
      ...{ keywordId: "kw_tag", verdict: "tag", matched: "a text about quotas", start: 7, end: 19 },
    });
    expect(matcherOf([fail, tag], 256).find(look("a text about quotas"))).toMatchObject({ verdict: "failover" });
    const cool = { ...fail, verdict: "cool", coolSeconds: 90 } as const;
    expect(matcherOf([cool], 256).find(look("quota"))).toMatchObject({ verdict: "cool", coolSeconds: 90 });
  });

  it("wait for one before that may still fit and would do something else, and for no other", () => {
    const begun = look("a quota", { complete: false, last: false });
    expect(matcherOf([tag, fail], 256).find(begun)).toBeNull();
    expect(matcherOf([tag, fail], 256).find({ ...begun, last: true })).toMatchObject({ keywordId: "kw_fail" });
    expect(matcherOf([other, fail], 256).find(begun)).toMatchObject({ keywordId: "kw_fail" });
    expect(matcherOf([{ ...tag, statuses: ["503"] }, fail], 256).find(begun)).toMatchObject({ keywordId: "kw_fail" });
  });
});
