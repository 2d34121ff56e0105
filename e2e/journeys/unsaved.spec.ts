import { expect, type Page, test } from "@playwright/test";
import { signIn } from "../support/console.ts";
import { visit } from "../support/journey.ts";

const field = (page: Page) => page.getByRole("textbox", { name: "Name", exact: true });

/** Presses Back or Forward and answers the question, if one comes. @returns what was asked; null = nothing */
async function travel(page: Page, steps: -1 | 1, answer: "stay" | "leave"): Promise<string | null> {
  let asked: string | null = null;
  const once = async (dialog: { message(): string; accept(): Promise<void>; dismiss(): Promise<void> }) => {
    asked = dialog.message();
    await (answer === "leave" ? dialog.accept() : dialog.dismiss());
  };
  page.on("dialog", once);
  await page.evaluate((by) => history.go(by), steps);
  await expect
    .poll(() => (asked === null ? "" : asked), { timeout: 10_000 })
    .not.toBe("")
    .catch(() => {});
  page.off("dialog", once);
  return asked;
}

test("Back and Forward ask before something typed is lost: who stays keeps it, who leaves is where he wanted to go", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  await visit(page, "/providers");
  const sidebar = page.getByRole("navigation").first();
  await sidebar.getByRole("link", { name: "Settings" }).click();
  await page.waitForURL("**/settings/general");
  await sidebar.getByRole("link", { name: "Groups" }).click();
  await page.waitForURL("**/groups");
  await page.goBack();
  await page.waitForURL("**/settings/general");

  const before = await field(page).inputValue();
  await field(page).fill("Typed and not saved");
  expect(await travel(page, -1, "stay")).toMatch(/not saved|unsaved/i);
  await expect(page).toHaveURL(/\/settings\/general$/);
  await expect(field(page)).toHaveValue("Typed and not saved");
  // Once more, and the other way.
  expect(await travel(page, 1, "stay")).not.toBeNull();
  await expect(page).toHaveURL(/\/settings\/general$/);
  await expect(field(page)).toHaveValue("Typed and not saved");
  expect(await travel(page, -1, "leave")).not.toBeNull();
  await expect(page).toHaveURL(/\/providers$/);
  await expect(page.getByRole("heading", { level: 1, name: "Providers" })).toBeVisible();

  await page.goForward();
  await page.waitForURL("**/settings/general");
  await expect(field(page)).toHaveValue(before);
});
