import { expect, type Locator, type Page, test } from "@playwright/test";
import { adminSend, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

/** Goes to a control by Tab alone. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("no Tab leads there");
}

type Group = { id: string; version: number; strategy: string; members: { deploymentId: string; priority: number }[] };

test("a group is made, reordered, saved over somebody else's change and restored, all by keyboard", async ({
  context,
  page,
}) => {
  const provider = ownName("keyboard");
  const group = ownName("by-keyboard");
  test.slow();
  await signIn(context.request);
  const { deployments } = await adminSend<{ deployments: { id: string; model: string }[] }>(
    page.request,
    "POST",
    "providers",
    {
      ...{ name: provider, protocol: "openai", baseUrl: "http://127.0.0.1:9/v1" },
      deployments: [{ model: "alpha" }, { model: "beta" }],
    },
  );
  const nameOf = (id: string) => deployments.find((one) => one.id === id)?.model;
  const order = async (id: string) =>
    (await adminSend<Group>(page.request, "GET", `groups/${id}`)).members.map(
      (one) => `${nameOf(one.deploymentId)} ${one.priority}`,
    );

  await visit(page, "/groups?new=true");
  const form = page.getByRole("dialog");
  const name = form.getByLabel("Name", { exact: true });
  // The form is a part of its own that is loaded now.
  await expect(name).toBeVisible({ timeout: 20_000 });
  await name.focus();
  await page.keyboard.type(group);
  for (const model of ["alpha", "beta"]) {
    await tabTo(page, form.getByRole("checkbox", { name: `${provider}/${model}` }));
    await page.keyboard.press("Space");
  }
  await name.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: group })).toBeVisible();
  const id = page.url().match(/groups\/(grp_\w+)/)?.[1] ?? "";

  // Space lifts, Escape puts back, arrows move, Space drops; every step is said.
  const handle = page.getByRole("button", { name: `Move ${provider}/beta by dragging or with the keyboard` });
  await tabTo(page, handle);
  await page.keyboard.press("Space");
  await expect(page.getByText(`${provider}/beta is lifted.`)).toBeAttached();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByText(`${provider}/beta is now in tier 1, place 2.`)).toBeAttached();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Save order" })).toHaveCount(0);
  await expect(handle).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("Home");
  await expect(page.getByText(`${provider}/beta is now in tier 1, place 1.`)).toBeAttached();
  await expect(handle).toBeFocused();
  await page.keyboard.press("Space");

  // Somebody else saves first: both sides are shown, and mine is put on top of theirs.
  const before = await adminSend<Group>(page.request, "GET", `groups/${id}`);
  await adminSend(page.request, "PATCH", `groups/${id}`, { strategy: "smart", version: before.version });
  await tabTo(page, page.getByRole("button", { name: "Save order" }));
  await page.keyboard.press("Enter");
  const conflict = page.getByRole("dialog", { name: "Someone else saved this in the meantime" });
  await expect(conflict.getByRole("row", { name: /Strategy/ })).toContainText("Smart", { timeout: 20_000 });
  await expect(conflict.getByRole("row", { name: /Order of models/ })).toContainText(
    `Moved ${provider}/beta from tier 2 to tier 1`,
  );
  await tabTo(page, conflict.getByRole("button", { name: "Put mine on top" }));
  await page.keyboard.press("Enter");
  await expect(conflict).toBeHidden();
  expect(await order(id)).toEqual(["beta 1", "alpha 1"]);
  expect((await adminSend<Group>(page.request, "GET", `groups/${id}`)).strategy).toBe("smart");

  // The history tells the change by names, and puts back what was before it.
  await visit(page, `/groups/${id}?tab=history`);
  await expect(page.getByText(`Moved ${provider}/beta from tier 2 to tier 1`)).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Restore" }).first());
  await page.keyboard.press("Enter");
  const restore = page.getByRole("dialog", { name: "Restore these values?" });
  await expect(restore.getByText(`Moved ${provider}/beta from tier 1 to tier 2`)).toBeVisible();
  await tabTo(page, restore.getByRole("button", { name: "Restore" }));
  await page.keyboard.press("Enter");
  await expect(restore).toBeHidden();
  expect(await order(id)).toEqual(["alpha 1", "beta 2"]);
  await expect(page.getByText(`Moved ${provider}/beta from tier 1 to tier 2`)).toBeVisible();
});
