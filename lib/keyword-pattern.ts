import { RE2JS, RE2JSSyntaxException } from "re2js";

/** What is wrong with a pattern: the engine's words, the part it stumbled over, and where that begins (0-based). */
export type PatternProblem = { reason: string; fragment: string; position: number };

/**
 * Steps of the compiled pattern. The engine is linear in the text, but each character costs up to so many steps: a
 * repetition like `.{1000}` twenty times over would hold the gateway up for seconds on one long answer.
 */
const stepsMost = 1000;

/** The reason of a pattern that is valid and too large to be run on every answer. */
export const tooLarge = "too large";

const ordinaryAnswer = "An ordinary answer, 1.";

function problemOf(error: RE2JSSyntaxException, pattern: string): PatternProblem {
  const fragment = error.input ?? "";
  const reason = error.error;
  if (reason.startsWith("missing closing )")) return { reason, fragment, position: pattern.lastIndexOf("(") };
  if (reason.startsWith("unexpected )")) return { reason, fragment, position: pattern.lastIndexOf(")") };
  if (fragment === "") return { reason, fragment, position: Math.max(0, pattern.length - 1) };
  return { reason, fragment, position: Math.max(0, pattern.indexOf(fragment)) };
}

/**
 * Whether a regular expression may become a fail keyword: it must compile on the linear-time engine (no look-around, no
 * back-references), must not be too large to be run on every answer, and must not match nothing at all, for then every
 * answer would be a failure. Null when it is good.
 */
export function patternProblem(pattern: string): PatternProblem | null {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > stepsMost) return { reason: tooLarge, fragment: pattern, position: 0 };
    const matcher = compiled.matcher(ordinaryAnswer);
    if (!matcher.find() || matcher.end() > matcher.start()) return null;
    return { reason: "matches every answer", fragment: pattern, position: 0 };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return problemOf(error, pattern);
    return { reason: "too complex", fragment: pattern, position: 0 };
  }
}
