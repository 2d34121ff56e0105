/**
 * Everything `npm test` checks, one step after the other, ending with a plain line of counts. Steps without tests of
 * their own (linter, types …) count as one. Arguments name the steps to run: `node scripts/test.ts lint unit`.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findBrowser } from "./browser.mjs";
import { settle, summary, type Tally } from "./report/tally.ts";

const root = path.resolve(import.meta.dirname, "..");
const reports = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

const vitestReporters = ["--reporter=default", "--reporter=./scripts/report/vitest.ts"];
const playwrightReporters = ["--reporter=list,./scripts/report/playwright.ts"];

type Step = { name: string; run: (name: string) => Promise<Tally> };

const steps: Step[] = [
  {
    name: "lint",
    run: check("biome", ["ci", "--error-on-warnings", ...(process.stdout.isTTY ? [] : ["--colors=off"]), "."]),
  },
  { name: "types", run: check("tsc", ["--noEmit", "-p", "."]) },
  { name: "unused", run: check("knip", ["--no-progress"]) },
  { name: "messages", run: checkMessages },
  { name: "unit", run: tests("vitest", ["run", "--project", "unit"], vitestReporters) },
  { name: "conformance", run: tests("vitest", ["run", "--project", "conformance"], vitestReporters) },
  { name: "journeys", run: runJourneys },
];

/** Runs a program of node_modules/.bin with our own standard output. Resolves with the exit code, null on a signal. */
function run(program: string, args: string[], env: Record<string, string> = {}): Promise<number | null> {
  const bin = path.join(root, "node_modules", ".bin");
  const searchPath = [path.dirname(process.execPath), bin, process.env.PATH].join(path.delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bin, program), args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env, PATH: searchPath },
    });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, forward);
    child.once("error", reject);
    child.once("close", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, forward);
      resolve(code);
    });
  });
}

function check(program: string, args: string[]): Step["run"] {
  return async () => {
    const passed = (await run(program, args)) === 0;
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [], unsteady: [] };
  };
}

function tests(program: string, args: string[], reporters: string[]): Step["run"] {
  return async (name) => {
    const file = path.join(reports, `${name}.json`);
    const exitCode = await run(program, [...args, ...reporters], { TALLY_FILE: file });
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Tally) : null;
    return settle(report, exitCode);
  };
}

function skipped(title: string, reason: string): Tally {
  return { passed: 0, failed: 0, skipped: [{ title, reason }], unsteady: [] };
}

async function checkMessages(name: string): Promise<Tally> {
  const missing = ["en", "zh-CN", "zh-TW", "ja", "ko"].filter(
    (locale) => !existsSync(path.join(root, `messages/${locale}.json`)),
  );
  if (missing.length > 0) return skipped("messages", `not written yet: ${missing.join(", ")}`);
  return check("i18n-check", ["--locales", "messages", "--source", "en", "--format", "next-intl"])(name);
}

async function runJourneys(name: string): Promise<Tally> {
  const browser = findBrowser();
  if (!browser) return skipped("browser journeys", "no Chromium starts on this machine");
  return tests("playwright", ["test"], playwrightReporters)(name);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(", ")}. There are ${steps.map((step) => step.name).join(", ")}.`);
  process.exit(2);
}

const results: { name: string; tally: Tally }[] = [];
for (const { name, run: runStep } of steps) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name} ──`);
  const tally = await runStep(name);
  results.push({ name, tally });
  for (const { title, reason } of tally.skipped) console.log(`skipped: ${title} (${reason})`);
  for (const title of tally.unsteady) console.log(`unsteady: ${title} (passed at the second try)`);
  console.log(`${name}: ${summary([tally])}`);
}

console.log(`\n── results ──`);
for (const { name, tally } of results) console.log(`${name.padEnd(12)} ${summary([tally])}`);
const tallies = results.map((result) => result.tally);
console.log(`\n${summary(tallies)}`);
process.exitCode = tallies.some((tally) => tally.failed > 0) ? 1 : 0;
