import { expect, test } from "@playwright/test";
import { chatScript, jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

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
    const [provider, model, group, keyName] = [
      ownName("journey-provider"),
      ownName("journey-model"),
      ownName("journey-chat"),
      ownName("journey-key"),
    ];

    await visit(page, "/providers");
    await page.getByRole("link", { name: "Add provider" }).click();
    const providerForm = page.getByRole("main");
    await providerForm.getByRole("button", { name: /^Custom/ }).click();
    await providerForm.getByLabel("Name", { exact: true }).fill(provider);
    await providerForm.getByLabel("Base URL").fill(`${upstream.origin}/v1`);
    await providerForm.getByLabel(/^API key/).fill("sk-upstream-secret-1234");
    await providerForm.locator("button[type=submit]").click();
    await expect(page.getByRole("heading", { name: "Connection check" })).toBeVisible();
    await page.getByRole("main").getByRole("link", { name: provider, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: provider })).toBeVisible();
    await expect(page.getByText("sk-upstream-secret-1234")).toHaveCount(0);

    await page.getByRole("tab", { name: /^Models/ }).click();
    await page.getByRole("button", { name: "Add model" }).first().click();
    const modelForm = page.getByRole("dialog");
    await modelForm.getByLabel("Model", { exact: true }).fill(model);
    await modelForm.locator("button[type=submit]").click();
    await expect(page.getByText(model).first()).toBeVisible();

    await visit(page, "/groups");
    await page.getByRole("button", { name: "New group" }).click();
    const groupForm = page.getByRole("dialog");
    await groupForm.getByLabel("Name", { exact: true }).fill(group);
    await groupForm.getByRole("checkbox", { name: new RegExp(model) }).click();
    await groupForm.locator("button[type=submit]").click();
    await expect(page.getByRole("heading", { level: 1, name: group })).toBeVisible();

    await visit(page, "/keys");
    await page.getByRole("button", { name: "Create key" }).first().click();
    const keyForm = page.getByRole("dialog");
    await keyForm.getByLabel("Name", { exact: true }).fill(keyName);
    await keyForm.getByRole("checkbox", { name: group }).click();
    await keyForm.locator("button[type=submit]").click();
    const reveal = page.getByRole("dialog", { name: "Your new key" });
    const key = await reveal.getByRole("textbox").first().inputValue();
    expect(key).toMatch(/^sk-sluice-/);
    await reveal.getByRole("button", { name: "I stored it" }).click();
    await expect(page.getByText(key)).toHaveCount(0);

    const answer = await page.request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: group, messages: [{ role: "user", content: "Hi" }] },
    });
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain("Hello from upstream.");
    expect(upstream.requests.at(-1)?.headers.authorization).toBe("Bearer sk-upstream-secret-1234");

    // The row is written behind the answer, a batch at a time; a busy machine may take a moment longer.
    const row = page.getByRole("row", { name: new RegExp(group) }).first();
    await expect(async () => {
      await visit(page, "/logs");
      await expect(row).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await row.click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.getByText(`${provider}/${model}`).first()).toBeVisible();
    await drawer.getByRole("tab", { name: "Meta" }).click();
    await expect(drawer.getByText(answer.headers()["x-request-id"] ?? "none").first()).toBeVisible();
  } finally {
    await upstream.close();
  }
});

test("a session that has ended leads to sign-in and back to where one was", async ({ context, page }) => {
  await visit(page, "/groups?q=demo");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Name").fill(process.env.SLUICE_USERNAME ?? "");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Name and password do not match an account.")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(process.env.SLUICE_PASSWORD ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/groups\?q=demo/, { timeout: 20_000 });
  await context.clearCookies();
  await visit(page, "/keys");
  await expect(page).toHaveURL(/\/login/);
});
