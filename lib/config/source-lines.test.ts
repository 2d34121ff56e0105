import { describe, expect, test } from "vitest";
import { readTree } from "./source-lines.ts";

const read = (text: string | Buffer, syntax?: "json" | "yaml") => readTree(Buffer.from(text), syntax);
const codeOf = (text: string | Buffer) => {
  const result = read(text);
  return "problem" in result ? result.problem.code : null;
};

/** Nine levels of nine aliases each: a billion values from a few lines. */
const laughs = ["a: &a [x,x,x,x,x,x,x,x,x]"];
for (const [level, name] of [..."bcdefghi"].entries()) {
  const before = "abcdefgh"[level];
  laughs.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`);
}

describe("a source", () => {
  test("in JSON and in YAML knows the line of each value", () => {
    const json = read('{\n  "groups": [\n    {"name": "a"},\n    {"name": "b"}\n  ]\n}');
    const yaml = read("groups:\n  - name: a\n\n  - name: b\n");
    for (const [source, line] of [
      [json, 4],
      [yaml, 4],
    ] as const) {
      if ("problem" in source) throw new Error(source.problem.message);
      expect(source.tree.value).toEqual({ groups: [{ name: "a" }, { name: "b" }] });
      expect(source.tree.lineOf(["groups", 1, "name"])).toBe(line);
      expect(source.tree.lineOf(["groups", 1, "missing"])).toBe(line);
    }
  });

  test("with a byte order mark or a comma too much is read all the same; strict JSON allows no such comma", () => {
    expect(read('\ufeff{"a": 1}')).toMatchObject({ tree: { value: { a: 1 } } });
    expect(read('{"a": 1,} # yes')).toMatchObject({ tree: { value: { a: 1 } } });
    expect(read('{"a": 1,}', "json")).toMatchObject({ problem: { code: "unreadable", line: 1 } });
  });

  test.each([
    ["a bomb of aliases", laughs.join("\n"), "too_many_aliases"],
    ["an alias to itself", "a: &a [*a]", "too_deep"],
    ["an alias to nothing", "a: *b", "unreadable"],
    ["a name twice", "a: 1\na: 2", "unreadable"],
    ["two documents", "a: 1\n---\nb: 2", "unreadable"],
    ["__proto__ in JSON", '{"a": {"__proto__": {"x": 1}}}', "reserved_member"],
    ["__proto__ in YAML", "a:\n  __proto__:\n    x: 1", "reserved_member"],
    ["constructor", '{"constructor": 1}', "reserved_member"],
    ["depth in JSON", "[".repeat(100) + "]".repeat(100), "too_deep"],
    ["more depth than a stack", "[".repeat(100_000) + "]".repeat(100_000), "too_deep"],
    ["more depth than a stack in YAML", `a: ${"[".repeat(10_000)}`, "too_deep"],
    ["more YAML than is read in a moment", "- a\n".repeat(600_000), "yaml_too_large"],
    ["eight megabytes of brackets", "[".repeat(8 * 1024 * 1024), "unreadable"],
    ["eight megabytes that begin like JSON", `[${"a,".repeat(4 * 1024 * 1024)}`, "unreadable"],
    ["what is no text", Buffer.from([0x7b, 0xc3, 0x28]), "not_utf8"],
    ["UTF-16", Buffer.from("\ufeffgroups: []", "utf16le"), "not_utf8"],
  ])("with %s is refused", (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test("knows no types beyond JSON's: a tag or a date makes no object", () => {
    expect(read("a: 2026-11-21\nb: yes\nc: 0o17")).toMatchObject({
      tree: { value: { a: "2026-11-21", b: "yes", c: 15 } },
    });
    expect(read('a: !!js/function "function() {}"')).toMatchObject({ tree: { value: { a: "function() {}" } } });
  });

  test("is read once, however many formats look at it", () => {
    const content = Buffer.from("groups: []");
    expect(readTree(content)).toBe(readTree(content));
    expect(readTree(content, "json")).toMatchObject({ problem: { code: "unreadable" } });
    expect(readTree(Buffer.from("groups: []"))).not.toBe(readTree(content));
  });
});
