import { expect, test } from "@playwright/test";
import { adminPost, signIn } from "../support/console.ts";
import { heard, ownName, visit } from "../support/journey.ts";

test("providers are tagged together, found by their tag in the address, and the tags are taken back with one press", async ({
  context,
  page,
}) => {
  test.slow();
  await signIn(context.request);
  const [tag, second] = [ownName("night shift"), ownName("EU")];
  const names = [ownName("tagged-one"), ownName("tagged-two")];
  for (const name of names)
    await adminPost(page.request, "providers", { name, protocol: "openai", baseUrl: "http://127.0.0.1:9/v1" });
  await visit(page, "/providers");
  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).click();
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Tag 2 providers" });
  await dialog.getByLabel("New tags").fill(`${tag}, ${second}`);
  await dialog.getByRole("button", { name: "Add tags" }).click();
  const results = page.getByRole("dialog", { name: "Changing tags" });
  await expect(results.getByText(`${tag}, ${second}`)).toHaveCount(2);
  await results.getByRole("button", { name: "Close" }).last().click();

  await page
    .getByRole("row", { name: new RegExp(names[0] ?? "") })
    .getByRole("button", { name: `Show only providers tagged “${tag}”` })
    .click();
  await expect(page).toHaveURL(/tag=night/);
  await page.reload();
  await heard(page);
  await expect(page.getByRole("table", { name: "Providers" }).getByRole("row")).toHaveCount(3);

  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).click();
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByRole("button", { name: `Remove the tag “${tag}”` }).click();
  await results.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("No provider matches.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await results.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("table", { name: "Providers" }).getByRole("row")).toHaveCount(3);
});
