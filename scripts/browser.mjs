// Finds the browser for the journeys. Plain JavaScript: prepare.mjs (old Node), the tests and Playwright all use it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const systemBrowsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A file that is there can still fail for want of a system library, or be a snap placeholder. */
function starts(file) {
  return existsSync(file) && spawnSync(file, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

/**
 * `PLAYWRIGHT_CHROMIUM` when set, else Playwright's own Chromium, else one of the system's.
 * @returns {string | null} path of a browser that starts, or null
 */
export function findBrowser() {
  const told = process.env.PLAYWRIGHT_CHROMIUM;
  if (told) return starts(told) ? told : null;
  const own = createRequire(import.meta.url)("playwright-core").chromium.executablePath();
  return [own, ...systemBrowsers].find(starts) ?? null;
}
