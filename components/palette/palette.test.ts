import { describe, expect, it } from "vitest";
import { callIdIn } from "./call-id";
import { matchScore } from "./match";
import { pageWords } from "./page-words";
import { readRecent, rememberRecent } from "./recent";

describe("what is typed", () => {
  it("finds a page by its local name, its English name and how that is typed on a Latin keyboard", () => {
    for (const typed of ["グル", "groups", "gurupu", "fenzu", "fz", "ㄱㄹ", "그룹", "ＧＲＯＵＰＳ"]) {
      expect(matchScore("グループ", typed, [pageWords.groups]), typed).toBeGreaterThan(0);
    }
  });
  it("puts the name before other words, and its beginning before its middle", () => {
    const scores = [matchScore("Groups", "gro"), matchScore("My groups", "gro"), matchScore("X", "gro", ["groups"])];
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(3);
  });
  it("leaves out what lacks one of the words", () => {
    expect(matchScore("Dark theme", "dark")).toBeGreaterThan(0);
    expect(matchScore("Dark theme", "dark mode")).toBe(0);
    expect(matchScore("Providers", "azure", [pageWords.providers])).toBe(0);
  });
  it("takes one or two letters for the beginning of a word only", () => {
    expect(matchScore("Settings", "in")).toBe(0);
    expect(matchScore("API keys", "ke")).toBeGreaterThan(0);
  });
});

describe("a pasted id", () => {
  it("is found on its own, in quotes and behind a header's name", () => {
    const id = "req_01jd0000000000000000000000";
    for (const text of [id, `"${id}"`, `x-request-id: ${id}`, ` ${id}\n`]) expect(callIdIn(text)).toBe(id);
    expect(callIdIn("call_01jd0000000000000000000000")).toBe("call_01jd0000000000000000000000");
  });
  it("is no beginning of one, and nothing else", () => {
    for (const text of ["req_", "call", "key_01jd0000000000000000000000", "myreq_01jd00000000"]) {
      expect(callIdIn(text)).toBeNull();
    }
  });
});

describe("what was gone to lately", () => {
  const storage = () => {
    let kept: string | null = null;
    return {
      getItem: () => kept,
      setItem: (_key: string, value: string) => {
        kept = value;
      },
    };
  };
  it("comes last first, each once, six at most", () => {
    const place = storage();
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "c"]) {
      rememberRecent(place, { href: `/groups/${name}`, label: name, kind: "group" });
    }
    expect(readRecent(place).map(({ label }) => label)).toEqual(["c", "g", "f", "e", "d", "b"]);
  });
  it("is nothing when storage is foreign, broken or forbidden, and that harms nobody", () => {
    expect(readRecent({ getItem: () => "{" })).toEqual([]);
    expect(readRecent({ getItem: () => '[{"href":"https://elsewhere.example","label":"x","kind":"x"}]' })).toEqual([]);
    const forbidden = () => {
      throw new Error("SecurityError");
    };
    expect(readRecent({ getItem: forbidden })).toEqual([]);
    rememberRecent({ getItem: forbidden, setItem: forbidden }, { href: "/", label: "x", kind: "page" });
  });
});
