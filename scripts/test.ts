/**
 * Everything `npm test` checks, ending with a plain line of counts. Steps without tests of their own (linter, types …)
 * count as one and run side by side, each on one core; those with tests follow one after the other. Arguments name the
 * steps to run: `node scripts/test.ts lint unit`.
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

type Step = {
  name: string;
  /** Has no tests of its own: prints what it found when it is done. */
  isCheck?: true;
  run: (name: string) => Promise<Tally>;
};

const steps: Step[] = [
  {
    name: "lint",
    isCheck: true,
    run: check("biome", ["ci", "--error-on-warnings", ...(process.stdout.isTTY ? [] : ["--colors=off"]), "."]),
  },
  { name: "types", isCheck: true, run: check("tsc", ["--noEmit", "-p", "."]) },
  { name: "unused", isCheck: true, run: check("knip", ["--no-progress"]) },
  { name: "messages", isCheck: true, run: checkMessages },
  { name: "unit", run: tests("vitest", ["run", "--project", "unit"], vitestReporters) },
  { name: "conformance", run: tests("vitest", ["run", "--project", "conformance"], vitestReporters) },
  { name: "journeys", run: runJourneys },
];

/**
 * Runs a program of node_modules/.bin with our own standard output, or with what it prints kept until it ends. Resolves
 * with the exit code, null on a signal.
 */
function run(
  program: string,
  args: string[],
  { env = {}, keepsOutput = false }: { env?: Record<string, string>; keepsOutput?: boolean } = {},
): Promise<number | null> {
  const bin = path.join(root, "node_modules", ".bin");
  const searchPath = [path.dirname(process.execPath), bin, process.env.PATH].join(path.delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bin, program), args, {
      cwd: root,
      stdio: keepsOutput ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env, PATH: searchPath },
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, forward);
    child.once("error", reject);
    child.once("close", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, forward);
      process.stdout.write(printed);
      resolve(code);
    });
  });
}

function check(program: string, args: string[]): Step["run"] {
  return async () => {
    const passed = (await run(program, args, { keepsOutput: true })) === 0;
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [], unsteady: [] };
  };
}

function tests(program: string, args: string[], reporters: string[]): Step["run"] {
  return async (name) => {
    const file = path.join(reports, `${name}.json`);
    const exitCode = await run(program, [...args, ...reporters], { env: { TALLY_FILE: file } });
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

type Result = { name: string; tally: Tally; seconds: number };

async function result({ name, run: runStep }: Step): Promise<Result> {
  const startedAt = performance.now();
  const tally = await runStep(name);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  for (const { title, reason } of tally.skipped) console.log(`skipped: ${title} (${reason})`);
  for (const title of tally.unsteady) console.log(`unsteady: ${title} (passed at the second try)`);
  console.log(`${name}: ${summary([tally])}`);
  return { name, tally, seconds };
}

const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const checks = chosen.filter(({ isCheck }) => isCheck);
if (checks.length > 0) console.log(`\n── ${checks.map(({ name }) => name).join(", ")} ──`);
const results = await Promise.all(checks.map(result));
for (const step of chosen.filter(({ isCheck }) => !isCheck)) {
  console.log(`\n── ${step.name} ──`);
  results.push(await result(step));
}

console.log(`\n── results ──`);
for (const { name, tally, seconds } of results)
  console.log(`${name.padEnd(12)} ${`${seconds} s`.padStart(6)}  ${summary([tally])}`);
const tallies = results.map(({ tally }) => tally);
console.log(`\n${summary(tallies)}`);
process.exitCode = tallies.some((tally) => tally.failed > 0) ? 1 : 0;
