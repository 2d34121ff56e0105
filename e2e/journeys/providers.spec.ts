import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { prefer, signIn } from "../support/console.ts";

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
  await page.goto("/providers");
  await page.getByRole("button", { name: "Add provider" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("button", { name: "DeepSeek", exact: true })).toBeVisible();
  return sheet;
}

test("a provider from a preset is made with the keyboard: search, Enter, key, Enter", async ({ page }) => {
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
  await expect(page.getByRole("heading", { level: 1, name: /DeepSeek/ })).toBeVisible();
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
  const sheet = await openPicker(page);
  await sheet.getByRole("button", { name: "Azure OpenAI" }).click();
  await expect(sheet.getByLabel("Resource name")).toBeFocused();
  await page.keyboard.type("contoso");
  await sheet.getByLabel("Name", { exact: true }).fill("journey-azure");
  await expect(sheet.getByText("Will be saved as https://contoso.openai.azure.com")).toBeVisible();
  await sheet.getByLabel(/^API version/).fill("2024-10-21");
  await sheet.getByLabel("API key", { exact: true }).fill("azure-journey-key-0002");
  await sheet.locator("button[type=submit]").click();
  await expect(page.getByRole("heading", { level: 1, name: /journey-azure/ })).toBeVisible();
  // The icon is that of the preset, not the first letters of the name, from the first look on.
  await expect(page.getByRole("heading", { level: 1 }).getByText("AZ", { exact: true })).toBeVisible();
  await expect(page.getByText("Azure OpenAI").first()).toBeVisible();
  expect(await stored(page, "journey-azure")).toMatchObject({
    preset: "azure",
    protocol: "azure",
    baseUrl: "https://contoso.openai.azure.com",
    apiVersion: "2024-10-21",
    deployments: [],
  });

  const again = await openPicker(page);
  await again.getByRole("button", { name: "Azure OpenAI" }).click();
  await again.getByLabel("Name", { exact: true }).fill("journey-azure-pasted");
  await again
    .getByLabel("Resource name")
    .fill("https://fabrikam.openai.azure.com/openai/deployments/gpt-x/chat/completions?api-version=2025-01-01");
  await expect(again.getByLabel(/^API version/)).toHaveValue("2025-01-01");
  await expect(again.getByRole("checkbox", { name: /Also add gpt-x/ })).toBeChecked();
  await again.getByLabel("API key", { exact: true }).fill("azure-journey-key-0003");
  await again.locator("button[type=submit]").click();
  await expect(page.getByRole("heading", { level: 1, name: /journey-azure-pasted/ })).toBeVisible();
  expect(await stored(page, "journey-azure-pasted")).toMatchObject({
    baseUrl: "https://fabrikam.openai.azure.com",
    apiVersion: "2025-01-01",
    deployments: [{ model: "gpt-x" }],
  });
});

test("a local server needs no key, and its form can be changed later", async ({ page }) => {
  const sheet = await openPicker(page);
  await sheet.getByRole("button", { name: "Ollama" }).click();
  await expect(sheet.getByText("Servers on your own machine usually need none.")).toBeVisible();
  await sheet.getByLabel("Name", { exact: true }).fill("journey-ollama");
  await sheet.locator("button[type=submit]").click();
  await expect(page.getByRole("heading", { level: 1, name: /journey-ollama/ })).toBeVisible();
  expect(await stored(page, "journey-ollama")).toMatchObject({
    preset: "ollama",
    baseUrl: "http://127.0.0.1:11434/v1",
    credentials: [],
  });

  await page.getByRole("button", { name: "Edit provider" }).click();
  const form = page.getByRole("dialog", { name: "Edit journey-ollama" });
  await expect(form.getByRole("combobox", { name: "Protocol" })).toHaveText(/OpenAI-compatible/);
  await form.getByRole("combobox", { name: "Format of conversations" }).click();
  await page.getByRole("option", { name: "Always Responses" }).click();
  await form.getByLabel("Base URL").fill("http://127.0.0.1:11434/v1/chat/completions");
  await expect(form.getByText("Will be saved as http://127.0.0.1:11434/v1")).toBeVisible();
  await form.locator("button[type=submit]").click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("Always Responses")).toBeVisible();
});

test("what is wrong with a new provider is said at its field", async ({ page }) => {
  const sheet = await openPicker(page);
  await sheet.getByRole("button", { name: /^Custom/ }).click();
  await sheet.getByRole("combobox", { name: "Protocol" }).click();
  await page.getByRole("option", { name: /Anthropic/ }).click();
  await sheet.getByLabel("Name", { exact: true }).fill("journey-faulty");
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
  await expect(page.getByRole("heading", { level: 1, name: /journey-faulty/ })).toBeVisible();
});

for (const theme of ["light", "dark"] as const)
  test(`the services and the form fit 320 px and have no serious accessibility fault (${theme})`, async ({
    context,
    page,
    baseURL,
  }) => {
    await prefer(context, baseURL ?? "", { locale: "ja", theme });
    await page.setViewportSize({ width: 320, height: 720 });
    for (const query of ["new=true", "new=true&preset=azure", "new=true&preset=custom"]) {
      await page.goto(`/providers?${query}`);
      const sheet = page.getByRole("dialog");
      await expect(sheet.getByRole("textbox").or(sheet.getByRole("searchbox")).first()).toBeVisible();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wide, query).toBe(false);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(grave.map(({ id, nodes }) => `${query} ${id}: ${nodes.map(({ target }) => target).join(" ")}`)).toEqual(
        [],
      );
    }
  });
