import { describe, expect, it } from "vitest";
import { modelName, nameText } from "./common.ts";

describe("a name", () => {
  it.each([
    ["half of a character, which no database keeps", "a\ud800"],
    ["the other half alone", "\udc00b"],
    ["a line break", "a\nb"],
    ["a NUL", "a\0b"],
  ])("with %s is refused", (_what, text) => {
    expect(nameText().safeParse(text).success).toBe(false);
    expect(modelName.safeParse(text).success).toBe(false);
  });

  it("may be in any script, and have characters beyond the first plane", () => {
    for (const text of ["日本語", "модель-1", "🦥gateway"]) {
      expect(nameText().parse(text)).toBe(text);
      expect(modelName.parse(text)).toBe(text);
    }
  });
});
