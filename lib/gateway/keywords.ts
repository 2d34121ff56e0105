import { RE2JS } from "re2js";
import type { Catalog, CatalogKeyword, FinishReason, KeywordVerdict } from "./types.ts";

/** A rule that fits, and where: characters of the text, from `start` to `end`. */
export type KeywordHit = {
  keywordId: string;
  verdict: KeywordVerdict;
  coolSeconds: number;
  /** The text found with a little of what stands around it; null for rules that look for no text. */
  matched: string | null;
  start: number;
  end: number;
};

/** What is to be looked at of an answer. */
export type Look = {
  /** The text so far. */
  text: string;
  /** The upstream's HTTP status. */
  status: number;
  /** Nothing follows, so that rules on the whole answer may decide. */
  complete: boolean;
  /** There is no later look: what has not been found is not there. */
  last: boolean;
  /** Besides text there is something: a tool call, thoughts, a picture. Null = nobody can tell. */
  more: boolean | null;
  /** Why its choices finished, as far as they did; null = it is not what a model wrote: an error, a file. */
  finishes: readonly FinishReason[] | null;
  /** Whether the request asked for JSON. Called only by a rule that needs it. */
  asksJson: () => boolean;
};

/** The fail keywords that apply to one attempt, ready to look at answers. */
export type KeywordMatcher = {
  /** Whether any rule is meant for answers with this status. */
  takes(status: number): boolean;
  /** The first rule that fits; null = none, or one before it may still fit and would decide otherwise. */
  find(look: Look): KeywordHit | null;
  /** Whether any rule only tags and judges a whole answer, so that {@link findTag} is worth its while. */
  tagsAtEnd: boolean;
  /** The first such rule that fits an answer which has long begun to go out. */
  findTag(look: Look): KeywordHit | null;
};

type Span = { start: number; end: number };
type Test = {
  id: string;
  verdict: KeywordVerdict;
  coolSeconds: number;
  /** What it does, to be compared with what another does. */
  act: string;
  /** It judges a whole answer, by what is known at its end. */
  judgesEnd: boolean;
  /** Whether it is meant for answers with this status. */
  takes(status: number): boolean;
  find(look: Look): Span | null;
};

/** What one place in the routing is called, for rules that are limited to one. */
export type Place = { providerId: string; groupId: string; deploymentId: string };

const compiled = new WeakMap<CatalogKeyword, Map<number, Test>>();
const matchers = new WeakMap<Catalog, Map<string, KeywordMatcher | null>>();
const contextCharacters = 60;
const defaultCoolSeconds = 60;
const nowhere: Span = { start: 0, end: 0 };

/** Whether a rule is meant for a place. */
export function appliesTo({ scope, targetId }: Pick<CatalogKeyword, "scope" | "targetId">, place: Place): boolean {
  switch (scope) {
    case "all":
      return true;
    case "provider":
      return targetId === place.providerId;
    case "group":
      return targetId === place.groupId;
    default:
      return targetId === place.deploymentId;
  }
}

/** The matcher for a place; null when no keyword applies. Kept per catalog, so this is a map look-up. */
export function keywordsFor(catalog: Catalog, place: Place): KeywordMatcher | null {
  if (catalog.keywords.length === 0) return null;
  let known = matchers.get(catalog);
  if (!known) {
    known = new Map();
    matchers.set(catalog, known);
  }
  const name = `${place.deploymentId}|${place.groupId}`;
  let matcher = known.get(name);
  if (matcher === undefined) {
    const { holdbackCharacters } = catalog.settings;
    const tests = catalog.keywords
      .filter((keyword) => appliesTo(keyword, place))
      .flatMap((keyword) => compileOrSkip(keyword, holdbackCharacters));
    matcher = tests.length === 0 ? null : matcherFor(tests);
    known.set(name, matcher);
  }
  return matcher;
}

/**
 * One matcher over given keywords, for the console.
 * @param startCharacters how much of an answer a rule on its start sees
 * @throws when a pattern is not valid
 */
export function matcherOf(keywords: readonly CatalogKeyword[], startCharacters: number): KeywordMatcher {
  const tests = keywords.map((keyword) => compile(keyword, startCharacters));
  return matcherFor(tests);
}

function matcherFor(tests: readonly Test[]): KeywordMatcher {
  const late = tests.filter(({ verdict, judgesEnd }) => verdict === "tag" && judgesEnd);
  return {
    takes: (status) => tests.some((test) => test.takes(status)),
    find: (look) => findFirst(tests, look),
    tagsAtEnd: late.length > 0,
    findTag: (look) => findFirst(late, look),
  };
}

function findFirst(tests: readonly Test[], look: Look): KeywordHit | null {
  /** What those before would do; null = they differ. */
  let before: string | null | undefined;
  for (const test of tests) {
    if (!test.takes(look.status)) continue;
    const span = test.find(look);
    // Those before may fit later: where they would do something else, they are waited for.
    if (span) return look.last || before === undefined || before === test.act ? hitOf(test, span, look.text) : null;
    before = before === undefined || before === test.act ? test.act : null;
  }
  return null;
}

function hitOf({ id, verdict, coolSeconds }: Test, { start, end }: Span, text: string): KeywordHit {
  const matched = end > start ? text.slice(Math.max(0, start - contextCharacters), end + contextCharacters) : null;
  return { keywordId: id, verdict, coolSeconds, matched, start, end };
}

/** A pattern that does not compile was refused when it was saved; one that got in otherwise must not fail every call. */
function compileOrSkip(keyword: CatalogKeyword, startCharacters: number): Test[] {
  try {
    return [compile(keyword, startCharacters)];
  } catch {
    return [];
  }
}

/** Throws when a pattern is not valid; regular expressions run on RE2's linear-time engine. */
function compile(keyword: CatalogKeyword, startCharacters: number): Test {
  const most = keyword.part === "start" ? startCharacters : Number.POSITIVE_INFINITY;
  let known = compiled.get(keyword);
  if (!known) {
    known = new Map();
    compiled.set(keyword, known);
  }
  let test = known.get(most);
  if (!test) {
    const { verdict = "failover", coolSeconds } = keyword;
    const restSeconds = verdict === "cool" ? (coolSeconds ?? defaultCoolSeconds) : 0;
    const act = `${verdict} ${restSeconds}`;
    test = {
      id: keyword.id,
      verdict,
      coolSeconds: restSeconds,
      act,
      judgesEnd: ["finish_reason", "short", "not_json"].includes(keyword.match),
      takes: statusTest(keyword),
      find: finder(keyword, most),
    };
    known.set(most, test);
  }
  return test;
}

/** Whether a status is one of `503`, `5xx` …; none given = all are. */
function statusTest({ statuses = [] }: CatalogKeyword): Test["takes"] {
  if (statuses.length === 0) return () => true;
  const exact = new Set(statuses);
  return (status) => exact.has(String(status)) || exact.has(`${Math.floor(status / 100)}xx`);
}

function finder(rule: CatalogKeyword, most: number): Test["find"] {
  if (rule.match === "any") return () => nowhere;
  const fits = wholeTest(rule);
  if (fits) return (look) => (fits(look) ? nowhere : null);
  const find = textFinder(rule);
  return ({ text, complete }) => {
    if (text === "" || (rule.match === "exact" && !complete)) return null;
    return find(text.length > most ? text.slice(0, most) : text);
  };
}

/** The test of a rule that asks what the answer is, not what it says; null = the rule looks for a text. */
function wholeTest({ match, finishReasons = [], minCharacters }: CatalogKeyword): ((look: Look) => boolean) | null {
  switch (match) {
    case "empty":
      return (look) => look.complete && saysNothing(look);
    case "finish_reason": {
      const wanted = new Set(finishReasons);
      return ({ finishes }) => finishes?.some((reason) => wanted.has(reason)) ?? false;
    }
    case "short": {
      const least = minCharacters ?? 0;
      return (look) => {
        if (!look.complete || look.finishes === null || look.more) return false;
        const text = look.text.trim();
        return text === "" ? saysNothing(look) : isShorter(text, least);
      };
    }
    case "not_json":
      return (look) => {
        // The texts of several choices are one here; a call of a tool may be introduced in words.
        if (!look.complete || look.finishes === null || look.finishes.length > 1) return false;
        if (look.finishes.includes("tool_calls") || !look.asksJson()) return false;
        return look.text.trim() === "" ? saysNothing(look) : !isJson(look.text);
      };
    default:
      return null;
  }
}

function saysNothing({ text, more }: Look): boolean {
  return more === false && text.trim() === "";
}

/** Characters as people count them: half of a surrogate pair is none. */
function isShorter(text: string, least: number): boolean {
  if (text.length < least) return true;
  return text.length < least * 2 && [...text].length < least;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function textFinder({ keyword, match, caseSensitive }: CatalogKeyword): (text: string) => Span | null {
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
