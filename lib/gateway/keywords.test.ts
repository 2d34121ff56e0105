import { describe, expect, it } from "vitest";
import { keywordsFor, matcherOf } from "./keywords.ts";
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
const hit = (text: string, more: Partial<CatalogKeyword> = {}, complete = true) =>
  matcherOf([keyword(more)]).find(text, complete)?.matched ?? null;

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
      const matcher = matcherOf([keyword({ match: "regex", keyword: pattern })]);
      const took = Array.from({ length: 5 }, () => {
        const startedAt = performance.now();
        matcher.find(text, true);
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
  ];
  const found = (provider: string, group: string) => {
    const matcher = keywordsFor(makeCatalog({ keywords }), provider, group);
    return ["all", "provider", "group"].filter((text) => matcher?.find(text, true));
  };

  it("are those of its provider, its group and of all", () => {
    expect(found("prv_1", "grp_1")).toEqual(["all", "provider", "group"]);
    expect(found("prv_2", "grp_1")).toEqual(["all", "group"]);
    expect(found("prv_1", "grp_2")).toEqual(["all", "provider"]);
  });

  it("cost nothing when there are none", () => {
    expect(keywordsFor(makeCatalog(), "prv_1", "grp_1")).toBeNull();
    expect(keywordsFor(makeCatalog({ keywords: keywords.slice(1) }), "prv_2", "grp_2")).toBeNull();
  });

  it("do without one whose expression does not compile: it must not fail every call", () => {
    const bad = keyword({ id: "kw_bad", match: "regex", keyword: "(" });
    const matcher = keywordsFor(makeCatalog({ keywords: [bad, keyword({})] }), "prv_1", "grp_1");
    expect(matcher?.find("quota", true)?.keywordId).toBe("kw_1");
    expect(() => matcherOf([bad])).toThrow();
  });
});
