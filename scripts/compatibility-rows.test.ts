import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Sluice takes the place of NiceAPI (N), AI API Gateway (G) and API Proxy (P). Each thing that their users rely on has
 * an id, also what was only seen in their behaviour (S) and what was decided where they differ (C). Each id stands at the
 * beginning of the title of a test that would fail without it: "G15, G32: one service …".
 */
const rows = { N: 36, G: 45, P: 39, S: 81, C: 23 };
/** Numbers never given, and S56 and S68: other versions of the products. */
const nothing = new Set(["S56", "S57", "S58", "S59", "S68", "S69"]);

const root = path.resolve(import.meta.dirname, "..");

/** The first argument of test, it and describe, also of their `.each` tables. */
const titles =
  /(?:\b(?:test|it|describe)(?:\.(?!each\b)\w+)*\(|\)\()\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/g;

/** The ids a title begins with, one by one: no ranges, and nothing that comes later in the sentence. */
function idsOf(title: string): string[] {
  const [head] = /^(?:[NGPSC]\d+[a-z]?(?:, ?| |: | – |$))*/.exec(title) ?? [""];
  return head.match(/[NGPSC]\d+/g) ?? [];
}

function titlesOf(source: string): string[] {
  return [...source.matchAll(titles)].map(([, double, single, template]) => double ?? single ?? template ?? "");
}

function testFiles(): string[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.test.ts", "*.test.tsx", "*.spec.ts"],
    { cwd: root, encoding: "utf8" },
  );
  // This file quotes titles that are nobody's.
  return listed.split("\0").filter((file) => file !== "" && path.join(root, file) !== import.meta.filename);
}

describe("the rows of the products before", () => {
  test("are read from titles alone, and only where a title begins with them", () => {
    const source = `
      describe("N1: a", () => { test("G15, G32: b", () => {}); });
      test.each([["P1", 2]])("P17 S3 %s", () => {});
      test.each([1])(\n  "C10, N2: c", () => {});
      test.skipIf(slow)("P4 – d", () => {});
      it(\`G7: \${door}\`, () => {});
      test("from P2 to P3", () => { route("N9"); });
    `;
    expect(titlesOf(source).flatMap(idsOf)).toEqual(["N1", "G15", "G32", "P17", "S3", "C10", "N2", "P4", "G7"]);
  });

  const proven = new Set(
    testFiles().flatMap((file) => titlesOf(readFileSync(path.join(root, file), "utf8")).flatMap(idsOf)),
  );

  test.each(Object.entries(rows))("are each the promise of a test: %s1 to the last", (system, count) => {
    const ids = Array.from({ length: count }, (_, index) => `${system}${index + 1}`);
    expect(ids.filter((id) => !proven.has(id) && !nothing.has(id))).toEqual([]);
  });
});
