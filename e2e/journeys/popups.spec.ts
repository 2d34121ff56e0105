import { expect, type Locator, test } from "@playwright/test";
import { complaints, signIn } from "../support/console.ts";
import { visit } from "../support/journey.ts";

test("menus, lists and times open with Enter, Space and the arrows, begin at an entry, and give the focus back", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const found = complaints(page);
  await visit(page, "/logs");
  const focused = page.locator(":focus");
  const opens = async (trigger: Locator, key: string, entry: Locator) => {
    await trigger.focus();
    await page.keyboard.press(key);
    await expect(trigger).toHaveAttribute("aria-expanded", "true");
    await expect(entry).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(entry).not.toBeFocused();
    await expect(focused).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(trigger).toBeFocused();
    await expect(trigger).toHaveAttribute("aria-expanded", "false");
  };
  const menu = page.getByRole("button", { name: "Help", exact: true });
  const list = page.getByRole("combobox", { name: "Outcome" });
  for (const key of ["Enter", "Space", "ArrowDown"]) {
    await opens(menu, key, page.getByRole("menuitem").first());
    await opens(list, key, page.getByRole("option", { selected: true }));
  }
  const time = page.getByRole("button", { name: /^Time range/ });
  for (const key of ["Enter", "Space"])
    await opens(time, key, page.getByRole("button", { name: "All time", exact: true }));
  // What opened it closes it too.
  await time.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await time.click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(found).toEqual([]);
});

test("a press on the name of a field goes to it: into a text, onto a switch, and to a list without opening it", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const found = complaints(page);
  await visit(page, "/keys?new=true");
  const form = page.getByRole("dialog");
  await form.getByText("Owner", { exact: true }).click();
  await expect(form.getByRole("combobox", { name: "Owner" })).toBeFocused();
  await expect(page.getByRole("listbox")).toHaveCount(0);
  await form.getByText("Name", { exact: true }).click();
  await expect(form.getByRole("textbox", { name: "Name" })).toBeFocused();
  const single = form.getByRole("switch", { name: "Single models" });
  await expect(single).not.toBeChecked();
  await form.getByText("Single models", { exact: true }).click();
  await expect(single).toBeChecked();
  expect(found).toEqual([]);
});
