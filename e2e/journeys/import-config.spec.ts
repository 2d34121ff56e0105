import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { foreignDatabase } from "../../lib/db/testing/foreign-database.ts";
import { adminSend, complaints, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

const broken = `groups:
  - name: moved-chat
    strategy: dice
`;

/** A file of AI API Gateway with a group of one provider. */
const goodFile = (group: string, provider: string) =>
  JSON.stringify({
    _global: { api_key: `key-of-the-old-gateway-${group}` },
    [group]: {
      providers: [
        {
          name: provider,
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
  const [group, provider] = [ownName("moved-chat"), ownName("moved-provider")];
  const good = goodFile(group, provider);
  // The key is named after the file, whichever try made it.
  const { items } = await adminSend<{ items: { id: string; name: string }[] }>(page.request, "GET", "keys?limit=500");
  for (const { id } of items.filter(({ name }) => name === "provider.json"))
    await adminSend(page.request, "DELETE", `keys/${id}`);
  await visit(page, "/settings/import");

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
    await expect(page.getByRole("region", { name: "Added" })).toContainText(provider);
    await expect(page.getByText("sk-moved-secret")).toHaveCount(0);
  });

  await test.step("applying it makes the group, its provider and the key", async () => {
    await page.getByRole("button", { name: /^Apply \d+ changes$/ }).click();
    await expect(page.getByRole("heading", { name: "What has changed" })).toBeVisible();
    await visit(page, "/groups");
    await expect(page.getByRole("link", { name: group, exact: true })).toBeVisible();
    await visit(page, "/keys");
    await expect(page.getByRole("link", { name: "provider.json" })).toBeVisible();
  });

  await test.step("the export holds it and no secret", async () => {
    await visit(page, "/settings/import");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("sluice-config.yaml");
    const text = await readFile(await file.path(), "utf8");
    expect(text).toContain(provider);
    expect(text).not.toContain("sk-moved-secret");
  });
  expect(wrong).toEqual([]);
});

/** A database of API Proxy with a provider. Its secret is `sk-upstream-key-1`, sealed as crypto-js does under `a passphrase of ours`. */
const apiProxy = (name: string) =>
  foreignDatabase(
    `CREATE TABLE api_keys (id INTEGER PRIMARY KEY, provider TEXT, name TEXT, api_key TEXT, base_url TEXT,
     cost_per_request REAL, remaining_quota INTEGER, total_quota INTEGER, is_active BOOLEAN);`,
    {
      api_keys: [
        {
          id: 1,
          provider: "openai",
          name,
          api_key: "U2FsdGVkX18BAgMEBQYHCGk202wwjXFMLN1w9Nq+llmHfQhee4hpykLcEAQXzuGe",
          base_url: "https://sealed.example.com/v1",
          cost_per_request: 0.01,
          remaining_quota: 40,
          total_quota: 100,
          is_active: 1,
        },
      ],
    },
  );

test("P6 S80 a database of another gateway asks for the key it was sealed with, and its secrets come along", async ({
  page,
}) => {
  const wrong = complaints(page);
  await visit(page, "/settings/import");
  const upstream = ownName("Sealed upstream");
  const key = page.getByLabel("Encryption key of the other system");

  await test.step("without the key the database is read, and the note says what is missing", async () => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file" }).click();
    await (await chooser).setFiles({
      name: "proxy.db",
      mimeType: "application/octet-stream",
      buffer: apiProxy(upstream),
    });
    await expect(key).toHaveCount(0);
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByText("Read as API Proxy (SQLite or provider files)")).toBeVisible();
    await expect(page.getByText(`The document does not hold the key of “${upstream}”.`)).toBeVisible();
    await expect(page.getByText(`“${upstream}” had 40 calls left for all its models together.`)).toBeVisible();
  });

  await test.step("a wrong key is a problem, and the right one is not", async () => {
    await key.fill("not this one");
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(
      page.getByText(`The key of “${upstream}” cannot be decrypted with this encryption key.`),
    ).toBeVisible();
    await expect(page.getByText("api_keys[id=1].api_key")).toBeVisible();
    await key.fill("a passphrase of ours");
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByRole("region", { name: "Added" })).toContainText(upstream);
  });

  await test.step("applied, the provider has its secret", async () => {
    await page.getByRole("button", { name: /^Apply \d+ changes$/ }).click();
    await expect(page.getByRole("heading", { name: "What has changed" })).toBeVisible();
    await visit(page, "/providers");
    await page.getByRole("link", { name: upstream, exact: true }).first().click();
    await page.getByRole("tab", { name: /^Keys/ }).click();
    await expect(page.getByText(/ey-1$/).first()).toBeVisible();
  });
  expect(wrong).toEqual([]);
});
