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

    const signedInAt = Date.now();
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible({ timeout: 30_000 });
    const setup = page.getByRole("link", { name: "Setup: 1 of 6 steps done" });
    await expect(setup).toBeVisible();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("2 providers failed, the 3rd answered.")).toBeVisible({ timeout: 20_000 });
    test.info().annotations.push({ type: "sign-in to first answer, ms", description: String(Date.now() - signedInAt) });
    await expect(page.locator("mark")).toContainText("quota is used up");

    // A call from outside ticks, and the card folds into the list.
    const key = (await page.locator("code", { hasText: /^sk-/ }).first().textContent()) ?? "";
    await page.getByRole("tab", { name: "From your terminal" }).click();
    await expect(page.getByText("Waiting for your call")).toBeVisible();
    await expect(async () => {
      const answer = await fetch(`${sluice.baseUrl}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "demo-chat", messages: [{ role: "user", content: "Hello" }] }),
      });
      expect(answer.status).toBe(200);
      await expect(page.getByText("Your call arrived")).toBeVisible({ timeout: 3000 });
    }).toPass({ timeout: 20_000 });
    await expect(page.getByRole("link", { name: "Setup: 2 of 6 steps done" })).toBeVisible({ timeout: 20_000 });
    await page.getByRole("link", { name: "Open this request" }).click();
    await expect(page.getByText("Rescued").first()).toBeVisible();
    await expect(page.getByText("demo-flaky").first()).toBeVisible();
    await expect(page.getByText("Fail keyword").first()).toBeVisible();

    await page.goto(`${sluice.baseUrl}/settings/general`);
    await page.getByRole("button", { name: "Remove the demo" }).click();
    const dialog = page.getByRole("dialog").or(page.getByRole("alertdialog"));
    await expect(dialog.getByText("Groups that hold nothing else: demo-chat")).toBeVisible();
    await dialog.getByRole("button", { name: "Remove the demo" }).click();
    await page.getByRole("button", { name: "Bring it back" }).click();
    await expect(page.getByText("group demo-chat.")).toBeVisible();

    await page.goto(`${sluice.baseUrl}/setup`);
    await expect(page.getByText("Already set up")).toBeVisible();
  } finally {
    await sluice.dispose();
  }
});
