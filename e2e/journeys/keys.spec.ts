import { expect, type Page, test } from "@playwright/test";
import { chatScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, signIn } from "../support/console.ts";
import { heard, ownName, pressUntil, visit } from "../support/journey.ts";

/** A chat call with a key, as an app sends it. */
async function call(page: Page, key: string, model: string): Promise<number> {
  const answer = await page.request.post("/v1/chat/completions", {
    headers: { authorization: `Bearer ${key}` },
    data: { model, messages: [{ role: "user", content: "Hi" }] },
  });
  return answer.status();
}

/** The key a dialog shows, taken as its reader would take it. */
async function revealedKey(page: Page, title: string | RegExp): Promise<string> {
  const key = await page.getByRole("dialog", { name: title }).getByRole("textbox", { name: "API key" }).inputValue();
  expect(key).toMatch(/^sk-sluice-[0-9A-Za-z]{44}$/);
  return key;
}

test("a key is made, revealed once, used, tested, rotated with an overlap, and switched off and on again", async ({
  context,
  page,
}) => {
  test.setTimeout(150_000);
  const upstream = await startScriptedUpstream();
  upstream.respond(chatScript(["Hello."]));
  try {
    await signIn(context.request);
    const [app, chat, providerName] = [ownName("keyed-app"), ownName("keyed-chat"), ownName("keyed-provider")];
    const provider = await adminPost<{ deployments: { id: string }[] }>(page.request, "providers", {
      name: providerName,
      protocol: "openai",
      baseUrl: `${upstream.origin}/v1`,
      apiKey: "sk-upstream",
      deployments: [{ model: "keyed-model", callPrice: "0.5", inputPrice: "0", outputPrice: "0" }],
    });
    const members = provider.deployments.map(({ id }) => ({ deploymentId: id }));
    await adminPost(page.request, "groups", { name: chat, members });

    // `n` opens the form; Escape in the reveal asks first, and only what was meant closes it.
    await visit(page, "/keys");
    await expect(page.getByRole("heading", { level: 1, name: "API keys" })).toBeVisible();
    const form = page.getByRole("dialog", { name: "Create an API key" });
    await pressUntil(page, ["n"], form);
    await form.getByLabel("Name", { exact: true }).fill(app);
    await form.getByRole("checkbox", { name: chat }).click();
    await form.getByLabel("A day").fill("2");
    await form.locator("button[type=submit]").click();
    const first = await revealedKey(page, "Your new key");
    await page.keyboard.press("Escape");
    const leaving = page.getByRole("dialog", { name: "Close without storing the key?" });
    await leaving.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("dialog", { name: "Your new key" })).toBeVisible();
    await page.getByRole("button", { name: "I stored it" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.reload();
    await heard(page);
    await expect(page.getByRole("link", { name: app })).toBeVisible();
    expect(await page.content()).not.toContain(first);

    // Tested from its row, with nothing sent; then used, and its bar moves.
    const row = page.getByRole("row", { name: new RegExp(app) });
    await row.getByRole("button", { name: `Actions for ${app}` }).click();
    await page.getByRole("menuitem", { name: "Test key" }).click();
    const tested = page.getByRole("dialog", { name: `Test ${app}` });
    await expect(tested.getByText("1 of 1 group would answer.")).toBeVisible();
    await expect(tested.getByRole("listitem").filter({ hasText: chat })).toContainText(
      `${providerName}/keyed-model first`,
    );
    expect(upstream.requests).toHaveLength(0);
    await tested.getByRole("button", { name: "Close" }).last().click();
    await expect(row.getByRole("meter", { name: "Today" })).toHaveAttribute("aria-valuenow", "0");
    expect(await call(page, first, chat)).toBe(200);
    await expect(row.getByRole("meter", { name: "Today" })).toHaveAttribute("aria-valuenow", "25", { timeout: 40_000 });
    await page.getByRole("link", { name: app }).click();
    await expect(page.getByText("$0.50 of $2.00")).toBeVisible();
    const chart = page
      .getByRole("region", { name: "Which models does it use?" })
      .or(page.locator("section").filter({ hasText: "Which models does it use?" }));
    await expect(chart.first()).toContainText("keyed-model");

    // `r` rotates: both keys work until the old one is ended.
    const rotate = async (grace: string) => {
      const dialog = page.getByRole("dialog", { name: `Rotate ${app}?` });
      await pressUntil(page, ["r"], dialog);
      await dialog.getByRole("combobox").click();
      await page.getByRole("option", { name: grace }).click();
      await dialog.getByRole("button", { name: "Rotate" }).click();
      const key = await revealedKey(page, `The new key of ${app}`);
      await page.getByRole("button", { name: "I stored it" }).click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
      return key;
    };
    const second = await rotate("1 hour more");
    expect([await call(page, first, chat), await call(page, second, chat)]).toEqual([200, 200]);
    await expect(page.getByText(`Old key sk-sluice-…${first.slice(-4)} works until`)).toBeVisible();
    const third = await rotate("no longer: it ends at once");
    expect(await call(page, first, chat)).toBe(401);
    expect(await call(page, second, chat)).toBe(401);
    expect(await call(page, third, chat)).toBe(200);

    // Switched off in the list with what that touches, tested to be so, and undone.
    await visit(page, `/keys?q=${app}`);
    await page.getByRole("checkbox", { name: `Select ${app}` }).click();
    const bar = page.getByRole("region", { name: "Selected keys" });
    await expect(bar.getByText("1 selected")).toBeVisible();
    await bar.getByRole("button", { name: "Disable" }).click();
    const asking = page.getByRole("dialog", { name: `Disable ${app}?` });
    await expect(asking.getByRole("list", { name: "What these keys did" })).toContainText(/[45] calls in 24 h/);
    await asking.getByRole("button", { name: "Disable" }).click();
    await expect(row.getByText("Disabled")).toBeVisible();
    expect(await call(page, third, chat)).toBe(401);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(row.getByText("Active").or(row.getByText("Over budget"))).toBeVisible();
    expect(await call(page, third, chat)).not.toBe(401);
  } finally {
    await upstream.close();
  }
});

test("what the list of keys is narrowed to and sorted by is in the address", async ({ context, page }) => {
  await signIn(context.request);
  const sorted = ownName("sorted");
  const [a, b, c] = [`${sorted}-a`, `${sorted}-b`, `${sorted}-c`];
  const group = await adminPost<{ name: string }>(page.request, "groups", { name: `${sorted}-chat` });
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const key of [
    { name: b, groups: [group.name], expiresAt: inDays(3) },
    { name: a, groups: [group.name] },
    { name: c, groups: [], enabled: false },
  ])
    await adminPost(page.request, "keys", key);
  const names = () => page.getByRole("row").getByRole("link", { name: new RegExp(`^${sorted}-`) });

  await visit(page, "/keys");
  await page.getByRole("searchbox", { name: "Search keys" }).fill(sorted);
  await expect(names()).toHaveText([c, a, b]);
  const choose = async (facet: string, option: string) => {
    await page.getByRole("combobox", { name: facet }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  await choose("Sort", "By name");
  await expect(names()).toHaveText([a, b, c]);
  await choose("Sort", "Needs attention first");
  await expect(names()).toHaveText([b, a, c]);
  await choose("Status", "Expires soon");
  await choose("Groups", group.name);
  await choose("Owner", "nobody");
  await expect(names()).toHaveText([b]);
  const address = new URL(page.url());
  expect(Object.fromEntries(address.searchParams)).toEqual({
    ...{ q: sorted, sort: "status", status: "expiring", group: group.name, owner: "none" },
  });
  await page.reload();
  await heard(page);
  await expect(names()).toHaveText([b]);
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(names()).toHaveCount(3);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ sort: "status" });

  // The keyboard walks the rows and rotates the one it stands on; Enter while a word is composed does nothing.
  await visit(page, `/keys?q=${sorted}&sort=name`);
  await expect(names()).toHaveCount(3);
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(names().first()).toBeFocused({ timeout: 5_000 });
  }).toPass();
  await page.keyboard.press("j");
  await expect(names().nth(1)).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByRole("region", { name: "Selected keys" }).getByText("1 selected")).toBeVisible();
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog", { name: `Rotate ${b}?` })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const composing = await page.evaluate(() => {
    const options = { key: "r", code: "KeyR", isComposing: true, bubbles: true, cancelable: true };
    return document.body.dispatchEvent(new KeyboardEvent("keydown", options));
  });
  expect(composing).toBe(true);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
