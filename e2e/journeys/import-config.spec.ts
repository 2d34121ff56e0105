import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { complaints, signIn } from "../support/console.ts";

const broken = `groups:
  - name: moved-chat
    strategy: dice
`;

const good = JSON.stringify({
  _global: { api_key: "key-of-the-old-gateway" },
  "moved-chat": {
    providers: [
      {
        name: "moved-provider",
        endpoint: "https://api.example.com/v1",
        api_key: "sk-moved-secret-0123456789",
        model: "gpt-4o",
        rate_limit: { requests_per_period: 100 },
      },
    ],
  },
});

test.beforeEach(({ context }) => signIn(context.request));

test("G14 a file of another gateway is compared, applied, and exported again without its secrets", async ({ page }) => {
  const wrong = complaints(page);
  await page.goto("/settings/import");

  await test.step("a mistake is named with its line, and nothing can be applied", async () => {
    await page.getByLabel("Document", { exact: true }).fill(broken);
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByRole("heading", { name: "1 problem" })).toBeVisible();
    await expect(page.getByText("Line 3")).toBeVisible();
    await expect(page.getByText("groups[0].strategy")).toBeVisible();
    await expect(page.getByRole("button", { name: "Nothing to apply" })).toBeDisabled();
  });

  await test.step("a file is recognised and shown as what it would change", async () => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file" }).click();
    await (await chooser).setFiles({ name: "provider.json", mimeType: "application/json", buffer: Buffer.from(good) });
    await expect(page.getByText("provider.json · 1 KB")).toBeVisible();
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByText("Read as AI API Gateway (provider.json)")).toBeVisible();
    await expect(page.getByRole("region", { name: "Added" })).toContainText("moved-provider");
    await expect(page.getByText("sk-moved-secret")).toHaveCount(0);
  });

  await test.step("applying it makes the group, its provider and the key", async () => {
    await page.getByRole("button", { name: /^Apply \d+ changes$/ }).click();
    await expect(page.getByRole("heading", { name: "What has changed" })).toBeVisible();
    await page.goto("/groups");
    await expect(page.getByRole("link", { name: "moved-chat" })).toBeVisible();
    await page.goto("/keys");
    await expect(page.getByRole("link", { name: "provider.json" })).toBeVisible();
  });

  await test.step("the export holds it and no secret", async () => {
    await page.goto("/settings/import");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("sluice-config.yaml");
    const text = await readFile(await file.path(), "utf8");
    expect(text).toContain("moved-provider");
    expect(text).not.toContain("sk-moved-secret");
  });
  expect(wrong).toEqual([]);
});
