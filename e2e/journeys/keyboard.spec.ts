import { expect, type Locator, type Page, test } from "@playwright/test";
import { chatScript, jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { signIn } from "../support/console.ts";
import { ownName, pressUntil, visit } from "../support/journey.ts";

/** Where the focus is can be seen: on an element with a size, on the screen, and marked as such. */
async function expectVisibleFocus(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return "nowhere";
        const { top, bottom, width, height } = element.getBoundingClientRect();
        if (width === 0 || height === 0) return `on something without a size: ${element.outerHTML.slice(0, 200)}`;
        if (bottom <= 0 || top >= window.innerHeight) return `off the screen: ${element.outerHTML.slice(0, 200)}`;
        return "seen";
      }),
    )
    .toBe("seen");
}

/** Goes to a control by Tab alone, and sees where it is at every step. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let presses = 0; presses < 120; presses++) {
    if (await control.evaluate((element) => element === document.activeElement)) return expectVisibleFocus(page);
    await page.keyboard.press("Tab");
  }
  throw new Error("no Tab leads there");
}

async function press(page: Page, control: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press(key);
}

async function type(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** `g` and the letter of a page. */
async function jump(page: Page, letter: string, heading: string): Promise<void> {
  await pressUntil(page, ["g", letter], page.getByRole("heading", { level: 1, name: heading }));
}

test("provider, group with a changed order, key and the call they serve: all of it without a mouse", async ({
  context,
  page,
}) => {
  test.setTimeout(180_000);
  const [provider, group, keyName] = [ownName("hands"), ownName("two-hands"), ownName("held-by-hand")];
  const upstream = await startScriptedUpstream();
  const answer = chatScript(["Hello by keyboard."]);
  const noModels = jsonScript(200, { object: "list", data: [] });
  upstream.respond((exchange) => (exchange.request.method === "GET" ? noModels : answer)(exchange));
  // Whoever clicks in this journey finds out at once.
  await page.addInitScript(() =>
    document.addEventListener("pointerdown", () => document.body.setAttribute("data-clicked", "")),
  );
  const main = page.getByRole("main");
  // Toasts are dialogs too, of no concern here.
  const dialog = page.locator("[role=dialog]:not([data-type])");
  try {
    await signIn(context.request);
    await visit(page, "/keys");
    await jump(page, "p", "Providers");
    await expect(page).toHaveURL(/\/providers$/);

    await expect(main.getByRole("link", { name: "Add provider" })).toBeVisible();
    const services = main.getByRole("searchbox", { name: "Search services" });
    await pressUntil(page, ["n"], services);
    await expect(services).toBeFocused();
    await press(page, main.getByRole("button", { name: /^Custom/ }));
    await type(page, main.getByLabel("Name", { exact: true }), provider);
    await type(page, main.getByLabel("Base URL"), `${upstream.origin}/v1`);
    await type(page, main.getByLabel(/^API key/), "sk-upstream-by-keyboard");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Connection check" })).toBeVisible();
    await press(page, main.getByRole("link", { name: provider, exact: true }));
    await expect(page.getByRole("heading", { level: 1, name: provider })).toBeVisible();

    await tabTo(page, page.getByRole("tab", { selected: true }));
    const models = page.getByRole("tab", { name: /^Models/ });
    await expect(async () => {
      await page.keyboard.press("ArrowRight");
      await expect(models).toBeFocused({ timeout: 300 });
    }).toPass();
    await page.keyboard.press("Enter");
    for (const model of ["left", "right"]) {
      await press(page, page.getByRole("button", { name: "Add model" }).first());
      await type(page, dialog.getByLabel("Model", { exact: true }), model);
      await page.keyboard.press("Enter");
      await expect(dialog).toBeHidden();
      await expect(main.getByText(model, { exact: true }).first()).toBeVisible();
      await expectVisibleFocus(page);
    }

    await jump(page, "g", "Groups");
    await expect(main.getByRole("button", { name: "New group" })).toBeVisible();
    await pressUntil(page, ["n"], dialog);
    await type(page, dialog.getByLabel("Name", { exact: true }), group);
    for (const model of ["left", "right"])
      await press(page, dialog.getByRole("checkbox", { name: `${provider}/${model}` }), "Space");
    await press(page, dialog.locator("button[type=submit]"));
    await expect(page.getByRole("heading", { level: 1, name: group })).toBeVisible();
    await press(
      page,
      page.getByRole("button", { name: `Move ${provider}/right by dragging or with the keyboard` }),
      "Space",
    );
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await press(page, page.getByRole("button", { name: "Save order" }));
    await expect(page.getByRole("button", { name: "Save order" })).toHaveCount(0);
    await expectVisibleFocus(page);

    await jump(page, "k", "API keys");
    await expect(main.getByRole("button", { name: "Create key" }).first()).toBeVisible();
    await pressUntil(page, ["n"], dialog);
    await type(page, dialog.getByLabel("Name", { exact: true }), keyName);
    await press(page, dialog.getByRole("checkbox", { name: group }), "Space");
    await press(page, dialog.locator("button[type=submit]"));
    const reveal = page.getByRole("dialog", { name: "Your new key" });
    const key = await reveal.getByRole("textbox").first().inputValue();
    await press(page, reveal.getByRole("button", { name: "I stored it" }));
    await expect(reveal).toBeHidden();
    await expectVisibleFocus(page);

    const answered = await page.request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: group, messages: [{ role: "user", content: "Hi" }] },
    });
    expect(answered.status(), await answered.text()).toBe(200);
    const requestId = answered.headers()["x-request-id"] ?? "none";

    // The filter of the log finds it by its key; `j` and Enter open it, Escape closes it, and the focus is back.
    await jump(page, "r", "Call logs");
    await expect(async () => {
      await page.keyboard.press("/");
      await expect(main.getByRole("searchbox", { name: "Filter" })).toBeFocused({ timeout: 2_000 });
    }).toPass();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(`key:${keyName}`);
    await page.keyboard.press("Enter");
    const row = page.getByRole("row", { name: new RegExp(group) });
    await expect(async () => {
      if (!(await row.isVisible())) await page.reload();
      await expect(row).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await expect(row).toHaveCount(1);
    // Right after a reload nothing hears keys yet: j is pressed until it has an effect, and there is only one row.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await expect(async () => {
      await page.keyboard.press("j");
      await expect(row.locator("[data-row-link]")).toBeFocused({ timeout: 500 });
    }).toPass({ timeout: 30_000 });
    await page.keyboard.press("Enter");
    await expect(dialog.getByText(`${provider}/right`).first()).toBeVisible();
    await expectVisibleFocus(page);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expectVisibleFocus(page);

    // The palette goes to the same call by the id its answer carried.
    await page.keyboard.press("Control+k");
    await expect(dialog.getByRole("combobox")).toBeFocused();
    await page.keyboard.type(requestId);
    await expect(dialog.getByRole("option", { selected: true })).toContainText(requestId);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/logs/${requestId}$`));
    await expect(page.getByText(`${provider}/right`).first()).toBeVisible();
    expect(await page.locator("body").getAttribute("data-clicked")).toBeNull();
  } finally {
    await upstream.close();
  }
});
