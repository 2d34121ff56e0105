import { describe, expect, it } from "vitest";
import { safeNextPath } from "./next-path.ts";

describe("the page after sign-in", () => {
  it.each(["/logs?range=24h&outcome=rescued", "/groups/grp_1?tab=routing#x", "/"])("%s is kept", (path) => {
    expect(safeNextPath(path)).toBe(path);
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    "/login?next=/login",
    "/api/auth/signout",
    "",
    `/${"x".repeat(3_000)}`,
  ])("%j becomes the overview", (path) => {
    expect(safeNextPath(path)).toBe("/");
  });

  it("is the overview when it is missing or given twice", () => {
    expect(safeNextPath(undefined)).toBe("/");
    expect(safeNextPath(["/logs", "/keys"])).toBe("/");
  });
});
