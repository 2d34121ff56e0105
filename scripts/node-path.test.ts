import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

it("prints the path of a Node that runs and is new enough", () => {
  const printed = execFileSync(process.execPath, [path.join(import.meta.dirname, "node-path.mjs")], {
    encoding: "utf8",
  });
  expect(path.isAbsolute(printed.trim())).toBe(true);
  const version = execFileSync(printed.trim(), ["--version"], { encoding: "utf8" });
  expect(Number(/^v(\d+)/.exec(version)?.[1])).toBeGreaterThanOrEqual(24);
});
