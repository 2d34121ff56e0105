/**
 * Takes the pictures of the READMEs: starts the built product on a temporary database with made-up calls, opens some
 * pages in light and dark, and writes them to `docs/screenshots/<locale>/`.
 *
 *     npm run screenshots -- [--locale ja] [--pages overview,call]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { locales, prefer, signIn, themes } from "../e2e/support/console.ts";
import { startSluice } from "../e2e/support/start-sluice.ts";
import { findBrowser } from "./browser.mjs";
import { withPalette } from "./palette-png.ts";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    locale: { type: "string", multiple: true, default: ["en"] },
    pages: { type: "string", default: "overview,call,groups,status,usage" },
  },
});
const wantedLocales = locales.filter((locale) => values.locale.includes(locale));
const dataDir = mkdtempSync(path.join(tmpdir(), "sluice-screenshots-"));
const database = { DATABASE_URL: `file:${path.join(dataDir, "sluice.db")}`, DATA_DIR: dataDir };
const account = { username: "owner", password: "for-pictures-only-9" };

try {
  const seeding = spawnSync(process.execPath, [path.join(root, "scripts/seed-calls.ts")], {
    cwd: root,
    env: { ...process.env, ...database, TZ: "UTC" },
    stdio: "inherit",
  });
  if (seeding.status !== 0) throw new Error("The database could not be filled.");
  const env = { ...database, ADMIN_USERNAME: account.username, ADMIN_PASSWORD: account.password };
  const sluice = await startSluice({ door: "node", env });
  const browser = await chromium.launch({
    executablePath: findBrowser() ?? undefined,
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  try {
    const { items } = await sluice.admin<{ items: { id: string }[] }>(
      "GET",
      "/logs?outcome=rescued&attempts=gte:3&limit=1",
    );
    const [rescued] = items;
    if (!rescued) throw new Error("No rescued call to show.");
    const addresses: Record<string, string> = {
      overview: "/",
      call: `/logs/${rescued.id}`,
      groups: "/groups",
      status: "/status",
      usage: "/usage",
    };
    for (const locale of wantedLocales)
      for (const theme of themes) {
        const context = await browser.newContext({
          baseURL: sluice.baseUrl,
          viewport: { width: 1440, height: 900 },
          locale,
          timezoneId: "UTC",
          reducedMotion: "reduce",
        });
        await signIn(context.request, account);
        await prefer(context, sluice.baseUrl, { locale, theme });
        const page = await context.newPage();
        for (const name of values.pages.split(",")) {
          await page.goto(addresses[name] ?? name);
          await page.getByRole("heading", { level: 1 }).waitFor();
          // Charts and strips come after the page; an open stream of events keeps the network busy for good.
          await page.waitForLoadState("networkidle", { timeout: 4_000 }).catch(() => undefined);
          await page
            .locator("[aria-busy=true]")
            .waitFor({ state: "detached", timeout: 4_000 })
            .catch(() => undefined);
          const folder = path.join(root, "docs/screenshots", locale);
          mkdirSync(folder, { recursive: true });
          const file = path.join(folder, `${name}-${theme}.png`);
          const picture = withPalette(await page.screenshot());
          writeFileSync(file, picture);
          process.stdout.write(`${path.relative(root, file)} ${Math.round(picture.length / 1024)} KB\n`);
        }
        await context.close();
      }
  } finally {
    await browser.close();
    await sluice.dispose();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
