import { describe, expect, it } from "vitest";
import { passwordStrength } from "./password-strength.ts";

describe("the strength of a password", () => {
  it("says how many characters are missing", () => {
    expect(passwordStrength("four", 10)).toEqual({ level: 0, missingCharacters: 6, isCommon: false });
  });
  it("grows with length and variety", () => {
    expect(passwordStrength("ababcbabcbabcbabcbabcbabcbabcb", 10).level).toBe(1);
    expect(passwordStrength("k7-tq9-zpx", 10).level).toBe(1);
    expect(passwordStrength("plumtree-hill-9", 10).level).toBe(2);
    expect(passwordStrength("four unrelated quiet words", 10).level).toBe(3);
  });
  it("is none for what the server refuses as common, however long", () => {
    for (const password of ["password2026!", "1234567890123", "aaaaaaaaaaaaaaaaaaaa"])
      expect(passwordStrength(password, 10)).toEqual({ level: 0, missingCharacters: 0, isCommon: true });
  });
});
