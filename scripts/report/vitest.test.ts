import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-tally-"));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  mkdirSync(path.join(folder, "t"));
  writeFileSync(
    path.join(folder, "t/some.test.ts"),
    `import { it } from "vitest";
     it("passes", () => {});
     it("fails", () => { throw new Error("no"); });
     let tries = 0;
     it("passes at the second try", { retry: 1 }, () => { if (++tries === 1) throw new Error("not yet"); });
     it("is left out", (context) => context.skip("there is no database"));`,
  );
  writeFileSync(path.join(folder, "t/unloadable.test.ts"), `throw new Error("before any test");`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("counts passes, failures, files that cannot be loaded, and skips with their reason", () => {
  const tallyFile = path.join(folder, "tally.json");
  const reporter = path.join(import.meta.dirname, "vitest.ts");
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, `--reporter=${reporter}`],
    { cwd: folder, env: { ...process.env, TALLY_FILE: tallyFile, VITEST: undefined }, encoding: "utf8" },
  );
  expect(status).toBe(1);
  expect(JSON.parse(readFileSync(tallyFile, "utf8"))).toEqual({
    passed: 2,
    failed: 2,
    skipped: [{ title: "is left out", reason: "there is no database" }],
    unsteady: ["passes at the second try: not yet"],
  });
}, 60_000);
