import { describe, expect, it } from "vitest";
import { axisWidth } from "./axis-width.ts";

describe("the room of an axis", () => {
  // What a browser measures for the text in a caption's typeface.
  it.each([
    ["500 ms", 43.1],
    ["2.50 s", 35.6],
    ["$0.50", 33.7],
    ["100%", 32.4],
    ["12M", 24],
    ["30 秒", 31],
    ["10万", 25],
  ])("is enough for %s, and little more", (text, measured) => {
    expect(axisWidth([text]) - 8).toBeGreaterThanOrEqual(measured);
    expect(axisWidth([text]) - 8).toBeLessThan(measured + 8);
  });

  it("is that of the longest text, and of the gap alone without any", () => {
    expect(axisWidth(["$0", "$1,000", "$500"])).toBe(axisWidth(["$1,000"]));
    expect(axisWidth([])).toBe(8);
  });
});
