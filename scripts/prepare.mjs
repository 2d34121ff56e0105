// Makes a clone ready to run: packages, database client, console build (unless --no-build) and, with --tests, a
// browser. Each step is skipped when its stamp says that nothing it depends on has changed. Plain JavaScript without
// packages, because it starts on whatever Node the machine has (18 or newer) before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findNode, nodeTooOld } from "./node-path.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const inRoot = (...parts) => path.join(root, ...parts);
const withTests = process.argv.includes("--tests");
const withBuild = !process.argv.includes("--no-build");

const files = {
  lock: inRoot(".sluice", "prepare.lock"),
  packagesStamp: inRoot("node_modules", ".sluice-stamp"),
  clientStamp: inRoot("lib", "db", "generated", ".sluice-stamp"),
  buildStamp: inRoot(".next", ".sluice-stamp"),
};

/** A failure the person at the terminal can act on: printed as is, without a stack. */
class Failure extends Error {}

// --- What a step depends on --------------------------------------------------------------------------------------

/** Test files and recorded fixtures are not part of the product, so a change there needs no new build. */
const notBuilt = /(^|\/)(generated|testing|fixtures|__fixtures__)$|\.test\.tsx?$|\.d\.json\.ts$/;

function* walk(relative) {
  const stat = fs.statSync(inRoot(relative), { throwIfNoEntry: false });
  if (!stat || notBuilt.test(relative)) return;
  if (!stat.isDirectory()) {
    yield relative;
    return;
  }
  for (const name of fs.readdirSync(inRoot(relative)).sort()) yield* walk(`${relative}/${name}`);
}

function hashOf(...relativePaths) {
  const hash = createHash("sha256");
  for (const relative of relativePaths) {
    for (const file of walk(relative)) hash.update(`\0${file}\0`).update(fs.readFileSync(inRoot(file)));
  }
  return hash.digest("hex");
}

const packagesHash = () => `${process.platform}-${process.arch} ${hashOf("package-lock.json")}`;
const clientHash = () => hashOf("package-lock.json", "prisma/schema.prisma", "prisma.config.ts");
const buildHash = () =>
  hashOf(
    ...["package-lock.json", "tsconfig.json", "next.config.mjs", "tailwind.config.ts", "postcss.config.mjs"],
    ...["instrumentation.ts", "instrumentation-client.ts", "proxy.ts", "global.d.ts"],
    ...["app", "components", "hooks", "lib", "messages", "prisma", "public"],
  );

const holds = (stamp, hash) => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === hash;

const packagesReady = () => holds(files.packagesStamp, packagesHash()) || isInstalledByHand();
/** Somebody ran npm: its own record of node_modules then agrees with the lock file, give or take optional packages. */
function isInstalledByHand() {
  const record = readJson(inRoot("node_modules", ".package-lock.json"))?.packages;
  const wanted = readJson(inRoot("package-lock.json"))?.packages;
  if (!record || !wanted) return false;
  return Object.entries(wanted).every(
    ([where, { version, optional, devOptional, peer, link }]) =>
      where === "" || link || (where in record ? record[where].version === version : optional || devOptional || peer),
  );
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return null; // not there, or half written
  }
}

const clientReady = () => holds(files.clientStamp, clientHash());
const buildReady = () => holds(files.buildStamp, buildHash());
const allReady = () => packagesReady() && clientReady() && (!withBuild || buildReady());

// --- Running other programs --------------------------------------------------------------------------------------

/** What npm prints about its own settings and the machine's old Node is true but nothing to act on. */
const noise = /EBADENGINE|^npm (warn|notice)|^\s*$/i;

/** Runs a program quietly, and throws with what it printed when it fails. */
async function run(what, program, args, { env = {}, timeoutMs = 900_000 } = {}) {
  const startedAt = Date.now();
  process.stdout.write(`${what} …\n`);
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => printed.push(text));
  const [code, reason] = await new Promise((resolve) => {
    child.once("error", (error) => resolve([null, error.message]));
    child.once("close", (status, signal) => resolve([status, signal ? `ended by ${signal}` : `exit code ${status}`]));
  });
  if (code === 0) {
    process.stdout.write(`  done in ${Math.round((Date.now() - startedAt) / 100) / 10} s\n`);
    return;
  }
  const lines = printed
    .join("")
    .split("\n")
    .filter((line) => !noise.test(line));
  throw new Failure(`${what}: failed (${reason}).\n${lines.slice(-60).join("\n")}`);
}

/** Programs started by npm find node_modules/.bin first, where a Node may be that `npm ci` is about to remove. */
function pathWithoutPackages() {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((entry) => !entry.endsWith(path.join("node_modules", ".bin")))
    .join(path.delimiter);
}

// --- The steps ---------------------------------------------------------------------------------------------------

async function installPackages() {
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--include=dev", "--include=optional"];
  await run("Installing packages", "npm", ["ci", ...options], { env: { PATH: pathWithoutPackages() } });
  dropUnusableNode();
  fs.writeFileSync(files.packagesStamp, packagesHash());
}

/** The packaged Node is linked against glibc. Where it cannot run it must not stand before the system's in `PATH`. */
function dropUnusableNode() {
  const link = inRoot("node_modules", ".bin", "node");
  if (fs.existsSync(link) && spawnSync(link, ["--version"]).status !== 0) fs.rmSync(link);
}

async function generateClient(node) {
  // Generating needs no schema engine, but the command insists on finding one and would download it.
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: node, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
  await run("Generating the database client", node, [inRoot("node_modules/prisma/build/index.js"), "generate"], {
    env,
  });
  fs.writeFileSync(files.clientStamp, clientHash());
}

async function buildConsole(node) {
  fs.rmSync(files.buildStamp, { force: true });
  const hash = buildHash();
  const env = {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  };
  await run("Building the console", node, [inRoot("node_modules/next/dist/bin/next"), "build"], { env });
  // What Node compiled of the code before is of no use any more (`npm start` names the folder).
  fs.rmSync(inRoot(".sluice", "compiled"), { recursive: true, force: true });
  fs.writeFileSync(files.buildStamp, hash);
}

/** Journeys need a browser; everything else is worth running without one, so this step never fails the command. */
async function provideBrowser(node) {
  const hasBrowser = () =>
    spawnSync(node, ["-e", 'import("./scripts/browser.mjs").then(m => process.exit(m.findBrowser() ? 0 : 1))'], {
      cwd: root,
    }).status === 0;
  if (hasBrowser()) return;
  const problems = [];
  const attempt = async (step) => {
    try {
      await step();
    } catch (error) {
      problems.push(error.message.split("\n").slice(0, 4).join("\n  "));
    }
    return hasBrowser();
  };
  const isRoot = process.getuid?.() === 0;
  const hasApt = fs.existsSync("/usr/bin/apt-get");
  if (isRoot && hasApt && (await attempt(installDebianBrowser))) return;
  const dependencies = isRoot && hasApt ? ["--with-deps"] : [];
  const download = [inRoot("node_modules/playwright/cli.js"), "install", ...dependencies, "chromium"];
  if (await attempt(() => run("Downloading Chromium for Playwright", node, download, { timeoutMs: 300_000 }))) return;
  console.log(
    `The browser journeys will be left out: no Chromium here, and none could be installed.\n  ${problems.join("\n  ")}`,
  );
}

async function installDebianBrowser() {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("Reading the package lists", "apt-get", ["update"], { env, timeoutMs: 300_000 });
  const packages = ["chromium", "fonts-noto-cjk"];
  await run("Installing Chromium", "apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
}

// --- One at a time -----------------------------------------------------------------------------------------------

const heartbeatMs = 5_000;
const deadAfterMs = 60_000;

/** Runs `work` while no other prepare does, in this or another terminal. A lock whose owner died is taken over. */
async function alone(work) {
  fs.mkdirSync(path.dirname(files.lock), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: os.hostname(), startedAt: Date.now() });
  for (let waits = 0; !(await tryLock(mine)); waits++) {
    if (waits === 0) console.log("Another start is preparing this folder; waiting for it …");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const heartbeat = setInterval(() => fs.utimesSync(files.lock, new Date(), new Date()), heartbeatMs);
  const release = () => isMine(mine) && fs.rmSync(files.lock, { force: true });
  const interrupted = () => {
    release();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    release();
  }
}

const isMine = (mine) => holds(files.lock, mine);

async function tryLock(mine) {
  try {
    fs.writeFileSync(files.lock, mine, { flag: "wx" });
    // Another waiter may have judged the old lock dead just before and now remove ours: only a lock that stays counts.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return isMine(mine);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const stat = fs.statSync(files.lock, { throwIfNoEntry: false });
  if (!stat) return false;
  const owner = readJson(files.lock);
  const silent = Date.now() - stat.mtimeMs > deadAfterMs;
  const gone = owner?.host === os.hostname() && !isAlive(owner.pid);
  if (silent || gone) fs.rmSync(files.lock, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

// --- In order ----------------------------------------------------------------------------------------------------

async function prepare() {
  if (!packagesReady()) await installPackages();
  const node = findNode();
  if (!node) throw new Failure(nodeTooOld);
  if (!clientReady()) await generateClient(node);
  if (withBuild && !buildReady()) await buildConsole(node);
}

try {
  if (Number(process.versions.node.split(".")[0]) < 18) throw new Failure(nodeTooOld);
  if (!allReady()) await alone(prepare);
  const node = findNode();
  if (!node) throw new Failure(nodeTooOld);
  if (withTests) await provideBrowser(node);
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
}
