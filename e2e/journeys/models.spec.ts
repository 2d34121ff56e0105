import { expect, test } from "@playwright/test";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { adminPost, adminSend, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

test("a price is planned for later, seen, and cancelled; one from now on is told at once", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const [provider, model] = [ownName("journey-models"), ownName("journey-model-x")];
  // A price a try before this one has planned and not cancelled.
  const { items } = await adminSend<{ items: { id: string }[] }>(
    context.request,
    "GET",
    "models/price-changes?state=pending",
  );
  for (const { id } of items) await adminSend(context.request, "DELETE", `models/price-changes/${id}`);
  await adminPost<ProviderView>(context.request, "providers", {
    ...{ name: provider, protocol: "openai", baseUrl: "https://models.example/v1" },
    deployments: [{ model, inputPrice: "1", outputPrice: "4", contextWindow: 128_000 }],
  });
  await visit(page, `/models?q=${model}`);
  const row = page.getByRole("row", { name: new RegExp(model) });
  await expect(row.getByRole("link", { name: provider })).toBeVisible();
  await expect(row.getByRole("link", { name: "Try" })).toHaveAttribute("href", `/playground?model=${model}`);

  await row.getByRole("button", { name: "$1.00 · $4.00" }).click();
  const sheet = page.getByRole("dialog", { name: `Prices of ${model}` });
  await sheet.getByLabel("Input", { exact: true }).fill("0.5");
  await sheet.getByRole("combobox", { name: "In effect" }).click();
  await page.getByRole("option", { name: "From a later time" }).click();
  await sheet.getByLabel("Date and time").fill("2099-01-01T00:00");
  await sheet.getByRole("button", { name: "Plan price" }).click();
  await expect(page.getByRole("heading", { name: "1 planned price" })).toBeVisible();
  await expect(row.getByText(/change planned/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel change" }).click();
  await expect(page.getByRole("heading", { name: "1 planned price" })).toHaveCount(0);

  await row.getByRole("button", { name: "$1.00 · $4.00" }).click();
  await sheet.getByLabel("Output", { exact: true }).fill("2");
  await sheet.getByRole("button", { name: "Change price" }).click();
  await expect(row.getByRole("button", { name: "$1.00 · $2.00" })).toBeVisible();
});
