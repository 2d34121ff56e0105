import { expect, test } from "@playwright/test";
import { PriceCatalogue } from "../../lib/catalogue/catalogue.ts";
import type { OfferedModels } from "../../lib/schemas/price-catalogue.ts";
import { adminPost, signIn } from "../support/console.ts";

test("models are added with the list prices they were offered at, and those without a price are named", async ({
  context,
  page,
}) => {
  const baseUrl = "https://api.openai.com/v1";
  const name = `journey-import-${test.info().retry}`;
  const data = { name, protocol: "openai", baseUrl, apiKey: "sk-never-used-0000" };
  const provider = await adminPost<{ id: string }>(context.request, "providers", data);
  // The vendor itself is not asked: its list is given here, its prices come from the catalogue.
  const catalogue = new PriceCatalogue();
  const offered: OfferedModels = {
    items: ["gpt-4o-2024-08-06", "gpt-unheard-of"].map((id) => ({
      id,
      ownedBy: null,
      match: catalogue.match(baseUrl, id),
    })),
    nextCursor: null,
    catalogue: { date: catalogue.date, source: "bundled", problem: null },
  };
  await page.route("**/api/admin/providers/*/models", (route) => route.fulfill({ json: offered }));

  await signIn(context.request);
  await page.goto(`/providers/${provider.id}`);
  await page.getByRole("button", { name: "Add from its list" }).click();
  const dialog = page.getByRole("dialog", { name: `Models offered by ${name}` });
  await expect(dialog.getByText("List prices of Dec 15, 2025")).toBeVisible();
  await expect(dialog.getByText("$2.50 · $10.00")).toBeVisible();
  await expect(dialog.getByText("no price known")).toBeVisible();

  await dialog.getByRole("checkbox", { name: /gpt-4o-2024-08-06/ }).click();
  await expect(dialog.getByText(/no known price/)).toHaveCount(0);
  await dialog.getByRole("checkbox", { name: /gpt-unheard-of/ }).click();
  await expect(dialog.getByText("1 chosen model has no known price.", { exact: false })).toBeVisible();
  await dialog.getByRole("button", { name: "Add 2 models" }).click();
  await expect(dialog).toHaveCount(0);

  await expect(page.getByRole("row", { name: /gpt-4o-2024-08-06/ })).toContainText("$2.50 · $10.00");
  await expect(page.getByRole("row", { name: /gpt-unheard-of/ })).toContainText("not set · not set");
});
