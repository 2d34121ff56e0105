import { expect, test } from "@playwright/test";
import { chatScript, jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { signIn } from "../support/console.ts";

test("N14, N17, N34, P8, P26: provider, group and key made in the console serve a call that the log explains", async ({
  context,
  page,
}) => {
  test.slow();
  const upstream = await startScriptedUpstream();
  const models = jsonScript(200, { object: "list", data: [] });
  const chat = chatScript(["Hello from upstream."]);
  upstream.respond((exchange) => (exchange.request.method === "GET" ? models : chat)(exchange));
  try {
    await signIn(context.request);

    await page.goto("/providers");
    await page.getByRole("link", { name: "Add provider" }).click();
    const providerForm = page.getByRole("main");
    await providerForm.getByRole("button", { name: /^Custom/ }).click();
    await providerForm.getByLabel("Name", { exact: true }).fill("journey-provider");
    await providerForm.getByLabel("Base URL").fill(`${upstream.origin}/v1`);
    await providerForm.getByLabel(/^API key/).fill("sk-upstream-secret-1234");
    await providerForm.locator("button[type=submit]").click();
    await expect(page.getByRole("heading", { name: "Connection check" })).toBeVisible();
    await page.getByRole("main").getByRole("link", { name: "journey-provider", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "journey-provider" })).toBeVisible();
    await expect(page.getByText("sk-upstream-secret-1234")).toHaveCount(0);

    await page.getByRole("tab", { name: /^Models/ }).click();
    await page.getByRole("button", { name: "Add model" }).first().click();
    const modelForm = page.getByRole("dialog");
    await modelForm.getByLabel("Model", { exact: true }).fill("journey-model");
    await modelForm.locator("button[type=submit]").click();
    await expect(page.getByText("journey-model").first()).toBeVisible();

    await page.goto("/groups");
    await page.getByRole("button", { name: "New group" }).click();
    const groupForm = page.getByRole("dialog");
    await groupForm.getByLabel("Name", { exact: true }).fill("journey-chat");
    await groupForm.getByRole("checkbox", { name: /journey-model/ }).click();
    await groupForm.locator("button[type=submit]").click();
    await expect(page.getByRole("heading", { level: 1, name: "journey-chat" })).toBeVisible();

    await page.goto("/keys");
    await page.getByRole("button", { name: "Create key" }).first().click();
    const keyForm = page.getByRole("dialog");
    await keyForm.getByLabel("Name", { exact: true }).fill("journey-key");
    await keyForm.getByRole("checkbox", { name: "journey-chat" }).click();
    await keyForm.locator("button[type=submit]").click();
    const reveal = page.getByRole("dialog", { name: "Your new key" });
    const key = await reveal.getByRole("textbox").first().inputValue();
    expect(key).toMatch(/^sk-sluice-/);
    await reveal.getByRole("button", { name: "I stored it" }).click();
    await expect(page.getByText(key)).toHaveCount(0);

    const answer = await page.request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: "journey-chat", messages: [{ role: "user", content: "Hi" }] },
    });
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain("Hello from upstream.");
    expect(upstream.requests.at(-1)?.headers.authorization).toBe("Bearer sk-upstream-secret-1234");

    // The row is written behind the answer, a batch at a time; a busy machine may take a moment longer.
    const row = page.getByRole("row", { name: /journey-chat/ }).first();
    await expect(async () => {
      await page.goto("/logs");
      await expect(row).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await row.click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.getByText("journey-provider/journey-model").first()).toBeVisible();
    await drawer.getByRole("tab", { name: "Meta" }).click();
    await expect(drawer.getByText(answer.headers()["x-request-id"] ?? "none").first()).toBeVisible();
  } finally {
    await upstream.close();
  }
});

test("a session that has ended leads to sign-in and back to where one was", async ({ context, page }) => {
  await page.goto("/groups?q=demo");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Name").fill(process.env.SLUICE_USERNAME ?? "");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Name and password do not match an account.")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(process.env.SLUICE_PASSWORD ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/groups\?q=demo/, { timeout: 20_000 });
  await context.clearCookies();
  await page.goto("/keys");
  await expect(page).toHaveURL(/\/login/);
});
