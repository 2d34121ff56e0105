import { defineConfig, devices } from "@playwright/test";
import { findBrowser } from "./scripts/browser.mjs";

/** Browser journeys against the built product, one after the other: they share a server. */
export default defineConfig({
  testDir: "./e2e/journeys",
  globalSetup: "./e2e/support/journeys-setup.ts",
  outputDir: "./test-results",
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // The second try keeps a stalled machine from hiding everything else; `npm test` names whoever needed it.
  retries: 1,
  timeout: 120_000,
  // Small machines that build beside it take their time; what is there at once is found at once.
  expect: { timeout: 20_000 },
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    // Set by the global setup, which runs before the workers read this file again.
    baseURL: process.env.SLUICE_BASE_URL,
    locale: "en-US",
    timezoneId: "UTC",
    actionTimeout: 20_000,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: findBrowser() ?? undefined,
      // Chromium refuses its sandbox to root, which is who runs in a container.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
