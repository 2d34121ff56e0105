import { expect, test } from "@playwright/test";
import { adminPost, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

test("an act is found in the audit log by its object, opens to what it changed, and is saved as a file", async ({
  page,
}) => {
  await signIn(page.request);
  const name = ownName("audited-key");
  const { id } = await adminPost<{ id: string }>(page.request, "keys", { name });
  await visit(page, `/audit?object=${name}`);
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name }) });
  await expect(row).toContainText("Created");
  await expect(row.getByRole("link", { name })).toHaveAttribute("href", `/keys/${id}`);
  await row.getByRole("button").click();
  await expect(page).toHaveURL(/entry=aud_/);
  await expect(page.getByText(id)).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^sluice-audit-.*\.csv$/);
});
