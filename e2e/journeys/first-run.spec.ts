import { expect, test } from "@playwright/test";
import { startSluice } from "../support/start-sluice.ts";

test("a newcomer sets up, sends the first request and sees two failures rescued", async ({ page }) => {
  test.setTimeout(120_000);
  const sluice = await startSluice({ door: "node", env: { DEMO: "on" } });
  try {
    await expect.poll(() => sluice.output(), { timeout: 30_000 }).toMatch(/Set-up code/);
    const code = /Set-up code[^:]*: (\S+)/.exec(sluice.output())?.[1] ?? "";

    await page.goto(`${sluice.baseUrl}/`);
    await expect(page).toHaveURL(/\/setup/);
    await page.getByLabel("Set-up code").fill("AAAA-AAAA-AAAA");
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill("three plain words 7");
    await page.getByRole("button", { name: "Create owner and sign in" }).click();
    await expect(page.getByText("This is not the set-up code.")).toBeVisible();
    await page.getByLabel("Set-up code").fill(code);
    await page.getByRole("button", { name: "Create owner and sign in" }).click();

    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("2 providers failed, the 3rd answered.")).toBeVisible({ timeout: 20_000 });
    await page.getByRole("link", { name: "Open this call" }).click();
    await expect(page.getByText("Rescued").first()).toBeVisible();
    await expect(page.getByText("demo-flaky").first()).toBeVisible();
    await expect(page.getByText("Fail keyword").first()).toBeVisible();

    await page.goto(`${sluice.baseUrl}/setup`);
    await expect(page.getByText("Already set up")).toBeVisible();
  } finally {
    await sluice.dispose();
  }
});
