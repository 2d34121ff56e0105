import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { geminiName, nameFromGemini } from "./gemini-names.ts";

describe("names of functions", () => {
  it("of Google's clients are names everywhere, and come back as they were", () => {
    expect(nameFromGemini("mcp.server:tool-1")).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    const google = fc
      .stringMatching(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,30}$/)
      .filter((name) => !/__(dot|colon)__/.test(name));
    fc.assert(fc.property(google, (name) => geminiName(nameFromGemini(name)) === name));
  });

  it("of others are names at Google, and come back as they were", () => {
    const others = fc.stringMatching(/^[a-zA-Z0-9_-]{1,30}$/);
    fc.assert(
      fc.property(others, (name) => {
        const written = geminiName(name);
        return /^[a-zA-Z_][a-zA-Z0-9_.:-]*$/.test(written) && nameFromGemini(written) === name;
      }),
    );
  });
});
