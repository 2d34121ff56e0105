import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** A folder that looks like a clone, with an npm, a Prisma and a Next that only note that they were called. */
let clone = "";
const inClone = (...parts: string[]) => path.join(clone, ...parts);

function write(file: string, text: string): void {
  mkdirSync(path.dirname(inClone(file)), { recursive: true });
  writeFileSync(inClone(file), text);
}

const note = (what: string) => `require("node:fs").appendFileSync("calls", "${what}\\n");`;

/** Stands for npm: takes a moment, then leaves the two programs that prepare starts next. */
const npm = `#!${process.execPath}
const fs = require("node:fs");
${note("install")}
if (fs.existsSync("npm-fails")) {
  console.error("npm warn EBADENGINE Unsupported engine\\nnpm error 403 the registry said no");
  process.exit(1);
}
setTimeout(() => {
  fs.mkdirSync("node_modules/prisma/build", { recursive: true });
  fs.mkdirSync("node_modules/next/dist/bin", { recursive: true });
  fs.copyFileSync("fake/prisma.cjs", "node_modules/prisma/build/index.js");
  fs.copyFileSync("fake/next.cjs", "node_modules/next/dist/bin/next");
}, 300);
`;

beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), "sluice-prepare-"));
  mkdirSync(inClone("scripts"));
  for (const name of ["prepare.mjs", "node-path.mjs"])
    cpSync(path.join(import.meta.dirname, name), inClone("scripts", name));
  write("fake/bin/npm", npm);
  chmodSync(inClone("fake/bin/npm"), 0o755);
  write(
    "fake/prisma.cjs",
    `${note("generate")} require("node:fs").mkdirSync("lib/db/generated", { recursive: true });`,
  );
  write("fake/next.cjs", `${note("build")} require("node:fs").mkdirSync(".next", { recursive: true });`);
  write("package-lock.json", "{}");
  write("prisma/schema.prisma", "model A {}");
  write("app/page.tsx", "export default null;");
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

function prepare(...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [inClone("scripts/prepare.mjs"), ...args], {
      cwd: tmpdir(),
      env: { ...process.env, PATH: `${inClone("fake/bin")}${path.delimiter}${process.env.PATH}` },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** What ran since the last time this was asked. */
function calls(): string[] {
  if (!existsSync(inClone("calls"))) return [];
  const lines = readFileSync(inClone("calls"), "utf8").trim().split("\n");
  rmSync(inClone("calls"));
  return lines;
}

describe("prepare", () => {
  it("installs, generates and builds once, then has nothing to do and says nothing", async () => {
    expect((await prepare()).code).toBe(0);
    expect(calls()).toEqual(["install", "generate", "build"]);

    const startedAt = performance.now();
    expect(await prepare()).toEqual({ code: 0, output: "" });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(calls()).toEqual([]);
  });

  it("repeats only the steps whose input changed", async () => {
    await prepare();
    calls();
    write("app/page.tsx", "export default undefined;");
    await prepare();
    expect(calls()).toEqual(["build"]);
    write("prisma/schema.prisma", "model B {}");
    await prepare();
    expect(calls()).toEqual(["generate", "build"]);
    write("package-lock.json", '{"a":1}');
    await prepare();
    expect(calls()).toEqual(["install", "generate", "build"]);
    write("app/page.test.tsx", "a test is not part of the product");
    await prepare();
    expect(calls()).toEqual([]);
  });

  it("accepts packages that npm put there by hand, and replaces them when a version differs", async () => {
    await prepare();
    calls();
    rmSync(inClone("node_modules/.sluice-stamp"));
    const lock = (version: string) => JSON.stringify({ packages: { "": {}, "node_modules/a": { version } } });
    write("package-lock.json", lock("1.0.0"));
    write("node_modules/.package-lock.json", lock("1.0.0"));
    await prepare();
    expect(calls()).not.toContain("install");
    write("node_modules/.package-lock.json", lock("0.9.0"));
    await prepare();
    expect(calls()).toContain("install");
  });

  it("leaves the build to next dev when told so", async () => {
    await prepare("--no-build");
    expect(calls()).toEqual(["install", "generate"]);
  });

  it("fails with what npm said, without the noise, and tries again the next time", async () => {
    write("npm-fails", "");
    const { code, output } = await prepare();
    expect(code).toBe(1);
    expect(output).toContain("the registry said no");
    expect(output).not.toContain("EBADENGINE");
    expect(output).not.toContain("prepare.mjs:");
    expect(existsSync(inClone(".sluice/prepare.lock"))).toBe(false);

    rmSync(inClone("npm-fails"));
    calls();
    expect((await prepare()).code).toBe(0);
    expect(calls()).toEqual(["install", "generate", "build"]);
  });

  it("does the work once when several start together", async () => {
    const runs = await Promise.all([prepare(), prepare(), prepare()]);
    expect(runs.map((run) => run.code)).toEqual([0, 0, 0]);
    expect(calls()).toEqual(["install", "generate", "build"]);
  });

  it("takes over the lock of a prepare that was killed", async () => {
    const dead = spawn(process.execPath, ["--version"]);
    await new Promise((resolve) => dead.once("close", resolve));
    write(".sluice/prepare.lock", JSON.stringify({ pid: dead.pid, host: hostname() }));
    expect((await prepare()).code).toBe(0);
    expect(calls()).toEqual(["install", "generate", "build"]);
  });
});
