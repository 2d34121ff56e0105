import { RE2JS } from "re2js";
import type { Catalog, CatalogKeyword } from "./types.ts";

export type KeywordHit = { keywordId: string; matched: string };

/** The fail keywords that apply to one attempt, ready to look at text. */
export type KeywordMatcher = {
  /** Looks at the text so far. `complete` = nothing follows, so `exact` keywords may decide. */
  find(text: string, complete: boolean): KeywordHit | null;
};

type Test = { id: string; needsAll: boolean; find(text: string): { start: number; end: number } | null };

const compiled = new WeakMap<CatalogKeyword, Test>();
const matchers = new WeakMap<Catalog, Map<string, KeywordMatcher | null>>();
const contextCharacters = 60;

/** The matcher for a provider in a group; null when no keyword applies. Kept per catalog, so this is a map look-up. */
export function keywordsFor(catalog: Catalog, providerId: string, groupId: string): KeywordMatcher | null {
  if (catalog.keywords.length === 0) return null;
  let known = matchers.get(catalog);
  if (!known) {
    known = new Map();
    matchers.set(catalog, known);
  }
  const name = `${providerId}|${groupId}`;
  let matcher = known.get(name);
  if (matcher === undefined) {
    const tests = catalog.keywords
      .filter(
        ({ scope, targetId }) =>
          scope === "all" ||
          (scope === "provider" && targetId === providerId) ||
          (scope === "group" && targetId === groupId),
      )
      .flatMap(compileOrSkip);
    matcher = tests.length === 0 ? null : { find: (text, complete) => findFirst(tests, text, complete) };
    known.set(name, matcher);
  }
  return matcher;
}

/** One matcher over given keywords, for the console's tester. */
export function matcherOf(keywords: readonly CatalogKeyword[]): KeywordMatcher {
  const tests = keywords.map(compile);
  return { find: (text, complete) => findFirst(tests, text, complete) };
}

function findFirst(tests: readonly Test[], text: string, complete: boolean): KeywordHit | null {
  for (const test of tests) {
    if (test.needsAll && !complete) continue;
    const span = test.find(text);
    if (span)
      return {
        keywordId: test.id,
        matched: text.slice(Math.max(0, span.start - contextCharacters), span.end + contextCharacters),
      };
  }
  return null;
}

/** A pattern that does not compile was refused when it was saved; one that got in otherwise must not fail every call. */
function compileOrSkip(keyword: CatalogKeyword): Test[] {
  try {
    return [compile(keyword)];
  } catch {
    return [];
  }
}

/** Throws when a pattern is not valid; regular expressions run on RE2's linear-time engine. */
function compile(keyword: CatalogKeyword): Test {
  const known = compiled.get(keyword);
  if (known) return known;
  const test: Test = { id: keyword.id, needsAll: keyword.match === "exact", find: finder(keyword) };
  compiled.set(keyword, test);
  return test;
}

function finder({ keyword, match, caseSensitive }: CatalogKeyword): Test["find"] {
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  if (match === "regex") {
    const pattern = RE2JS.compile(keyword, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
    return (text) => {
      const matcher = pattern.matcher(text);
      return matcher.find() ? { start: matcher.start(), end: matcher.end() } : null;
    };
  }
  const wanted = fold(match === "exact" ? keyword.trim() : keyword);
  if (match === "exact") return (text) => (fold(text.trim()) === wanted ? { start: 0, end: text.length } : null);
  return (text) => {
    const start = fold(text).indexOf(wanted);
    return start < 0 ? null : { start, end: start + wanted.length };
  };
}
