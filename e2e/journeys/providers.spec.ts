import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { adminPost, adminSend, prefer, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

test.beforeEach(async ({ context }) => {
  await signIn(context.request);
});

/** The one provider of this name, as the management API shows it. */
async function stored(page: Page, name: string): Promise<ProviderView | undefined> {
  const answer = await page.request.get(`/api/admin/providers?q=${encodeURIComponent(name)}`);
  const { items } = (await answer.json()) as { items: ProviderView[] };
  return items.find((provider) => provider.name === name);
}

async function openPicker(page: Page) {
  await visit(page, "/providers");
  await page.getByRole("link", { name: "Add provider" }).click();
  await expect(page).toHaveURL(/\/providers\/import$/);
  const form = page.getByRole("main");
  await expect(form.getByRole("button", { name: "DeepSeek", exact: true })).toBeVisible();
  return form;
}

/** What was saved is checked next, at its own address. */
async function expectStored(page: Page, name: string): Promise<void> {
  await expect(page).toHaveURL(/\/providers\/prv_\w+\/import\?step=connect$/);
  await expect(page.getByRole("heading", { name: "Connection check" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name, exact: true })).toBeVisible();
}

test("a provider from a preset is made with the keyboard: search, Enter, key, Enter", async ({ page }) => {
  // The preset names it, whichever try makes it.
  const { items } = await adminSend<{ items: ProviderView[] }>(page.request, "GET", "providers?limit=500");
  for (const { id } of items.filter(({ preset }) => preset === "deepseek"))
    await adminSend(page.request, "DELETE", `providers/${id}`);
  const sheet = await openPicker(page);
  await expect(sheet.getByRole("searchbox", { name: "Search services" })).toBeFocused();
  await page.keyboard.type("deepseek");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/preset=deepseek/);
  await expect(sheet.getByLabel("Name", { exact: true })).toHaveValue("DeepSeek");
  await expect(sheet.getByLabel("Base URL")).toHaveValue("https://api.deepseek.com/v1");
  const keyPage = sheet.getByRole("link", { name: /Get a key/ });
  await expect(keyPage).toHaveAttribute("href", "https://platform.deepseek.com/api_keys");
  await expect(keyPage).toHaveAttribute("target", "_blank");
  await expect(keyPage).toHaveAttribute("rel", "noreferrer");
  await expect(sheet.getByLabel("API key", { exact: true })).toBeFocused();
  await page.keyboard.type("sk-journey-deepseek-0001");
  await page.keyboard.press("Enter");
  await expectStored(page, "DeepSeek");
  expect(await stored(page, "DeepSeek")).toMatchObject({
    preset: "deepseek",
    protocol: "openai",
    baseUrl: "https://api.deepseek.com/v1",
    wireApi: "chat",
    credentials: [{ preview: expect.stringContaining("0001") }],
  });

  // A second account gets a name of its own, and Back leads from the form to the services.
  const again = await openPicker(page);
  await again.getByRole("button", { name: "DeepSeek", exact: true }).click();
  await expect(again.getByLabel("Name", { exact: true })).toHaveValue("DeepSeek 2");
  await page.goBack();
  await expect(again.getByRole("searchbox")).toBeVisible();
});

test("an Azure resource is added by its name and version, and by a pasted address", async ({ page }) => {
  const [named, pasted] = [ownName("journey-azure"), ownName("journey-azure-pasted")];
  const sheet = await openPicker(page);
  await sheet.getByRole("button", { name: "Azure OpenAI" }).click();
  await expect(sheet.getByLabel("Resource name")).toBeFocused();
  await page.keyboard.type("contoso");
  await sheet.getByLabel("Name", { exact: true }).fill(named);
  await expect(sheet.getByText("Will be saved as https://contoso.openai.azure.com")).toBeVisible();
  await sheet.getByLabel(/^API version/).fill("2024-10-21");
  await sheet.getByLabel("API key", { exact: true }).fill("azure-journey-key-0002");
  await sheet.locator("button[type=submit]").click();
  await expectStored(page, named);
  await page.getByRole("main").getByRole("link", { name: named, exact: true }).click();
  // The icon is that of the preset, not the first letters of the name, from the first look on.
  await expect(page.getByRole("heading", { level: 1 }).getByText("AZ", { exact: true })).toBeVisible();
  expect(await stored(page, named)).toMatchObject({
    preset: "azure",
    protocol: "azure",
    baseUrl: "https://contoso.openai.azure.com",
    apiVersion: "2024-10-21",
    deployments: [],
  });

  const again = await openPicker(page);
  await again.getByRole("button", { name: "Azure OpenAI" }).click();
  await again.getByLabel("Name", { exact: true }).fill(pasted);
  await again
    .getByLabel("Resource name")
    .fill("https://fabrikam.openai.azure.com/openai/deployments/gpt-x/chat/completions?api-version=2025-01-01");
  await expect(again.getByLabel(/^API version/)).toHaveValue("2025-01-01");
  await expect(again.getByRole("checkbox", { name: /Also add gpt-x/ })).toBeChecked();
  await again.getByLabel("API key", { exact: true }).fill("azure-journey-key-0003");
  await again.locator("button[type=submit]").click();
  await expectStored(page, pasted);
  expect(await stored(page, pasted)).toMatchObject({
    baseUrl: "https://fabrikam.openai.azure.com",
    apiVersion: "2025-01-01",
    deployments: [{ model: "gpt-x" }],
  });
});

test("a local server needs no key, and its form can be changed later", async ({ page }) => {
  const name = ownName("journey-ollama");
  const sheet = await openPicker(page);
  await sheet.getByRole("button", { name: "Ollama" }).click();
  await expect(sheet.getByText("Servers on your own machine usually need none.")).toBeVisible();
  await sheet.getByLabel("Name", { exact: true }).fill(name);
  await sheet.locator("button[type=submit]").click();
  await expectStored(page, name);
  expect(await stored(page, name)).toMatchObject({
    preset: "ollama",
    baseUrl: "http://127.0.0.1:11434/v1",
    credentials: [],
  });

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const form = page.getByRole("dialog", { name: `Edit ${name}` });
  await expect(form.getByRole("combobox", { name: "Protocol" })).toHaveText(/OpenAI-compatible/);
  await form.getByRole("combobox", { name: "Format of conversations" }).click();
  await page.getByRole("option", { name: "Always Responses" }).click();
  await form.getByLabel("Base URL").fill("http://127.0.0.1:11434/v1/chat/completions");
  await expect(form.getByText("Will be saved as http://127.0.0.1:11434/v1")).toBeVisible();
  await form.locator("button[type=submit]").click();
  await expect(form).toHaveCount(0);
  await page.getByRole("main").getByRole("link", { name, exact: true }).click();
  await page.getByRole("tab", { name: "Settings" }).click();
  await expect(page).toHaveURL(/tab=settings/);
  await expect(page.getByText("Always Responses")).toBeVisible();
});

test("what is wrong with a new provider is said at its field", async ({ page }) => {
  const name = ownName("journey-faulty");
  const sheet = await openPicker(page);
  await sheet.getByRole("button", { name: /^Custom/ }).click();
  await sheet.getByRole("combobox", { name: "Protocol" }).click();
  await page.getByRole("option", { name: /Anthropic/ }).click();
  await sheet.getByLabel("Name", { exact: true }).fill(name);
  await sheet.getByLabel("Base URL").fill("api.example.com");
  await sheet.locator("button[type=submit]").click();
  await expect(sheet.getByLabel("Base URL")).toHaveAccessibleDescription(/not an http or https address/);
  await sheet.getByLabel("Base URL").fill("https://api.example.com");
  await expect(sheet.getByText("Will be saved as https://api.example.com/v1")).toBeVisible();
  await sheet.getByText("Advanced").click();
  await sheet.getByRole("button", { name: "Add header" }).click();
  await sheet.getByLabel("Header name 1").fill("Authorization");
  await sheet.getByLabel("Header value 1").fill("Bearer sk-in-the-open");
  await sheet.locator("button[type=submit]").click();
  await expect(sheet.getByText("This header is set by the gateway itself.")).toBeVisible();
  await sheet.getByLabel("Header value 1").fill("Bearer {{api_key}}");
  await sheet.locator("button[type=submit]").click();
  await expectStored(page, name);
});

for (const theme of ["light", "dark"] as const)
  test(`the services and the form fit 320 px and have no serious accessibility fault (${theme})`, async ({
    context,
    page,
    baseURL,
  }) => {
    await prefer(context, baseURL ?? "", { locale: "ja", theme });
    await page.setViewportSize({ width: 320, height: 720 });
    for (const query of ["", "preset=azure", "preset=custom"]) {
      await visit(page, `/providers/import?${query}`);
      const form = page.getByRole("main");
      await expect(form.getByRole("textbox").or(form.getByRole("searchbox")).first()).toBeVisible();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wide, query).toBe(false);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(grave.map(({ id, nodes }) => `${query} ${id}: ${nodes.map(({ target }) => target).join(" ")}`)).toEqual(
        [],
      );
    }
  });

test("before anything is saved, a check says which stage of the connection fails and what to do", async ({ page }) => {
  await visit(page, "/providers/import?preset=custom");
  const form = page.getByRole("main");
  await form.getByLabel("Base URL").fill("http://127.0.0.1:9/v1");
  await form.getByRole("button", { name: "Check connection" }).click();
  await expect(
    form.getByText(/Nothing listens on this port/).or(form.getByText(/may not connect there/)),
  ).toBeVisible();
  await expect(form.getByRole("img", { name: "Skipped" }).first()).toBeVisible();
});

test("disabling several shows what they carry, tells each result, and can be undone", async ({ page, request }) => {
  const bulk = ownName("journey-bulk");
  const [nameA, nameB, group] = [`${bulk}-a`, `${bulk}-b`, `${bulk}-group`];
  const names = [nameA, nameB];
  const made: ProviderView[] = [];
  for (const name of names)
    made.push(
      await adminPost<ProviderView>(request, "providers", {
        ...{ name, protocol: "openai", baseUrl: "https://bulk.example/v1" },
        deployments: [{ model: `${name}-model` }],
      }),
    );
  const [first] = made;
  await adminPost(request, "groups", {
    name: group,
    members: [{ deploymentId: first?.deployments[0]?.id }],
  });
  await visit(page, `/providers?q=${bulk}`);
  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}` }).click();
  await page.getByRole("region", { name: "Selected providers" }).getByRole("button", { name: "Disable" }).click();
  const ask = page.getByRole("dialog", { name: "Disable 2 providers?" });
  await expect(ask.getByText(group)).toBeVisible();
  await expect(ask.getByText(/this group cannot serve/)).toBeVisible();
  await ask.getByRole("button", { name: "Disable" }).click();
  const results = page.getByRole("dialog", { name: "Disabling providers" });
  await expect(results.getByRole("img", { name: "Done" })).toHaveCount(2);
  await results.getByRole("button", { name: "Close", exact: true }).last().click();
  expect((await stored(page, nameA))?.enabled).toBe(false);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await stored(page, nameB))?.enabled).toBe(true);
});
