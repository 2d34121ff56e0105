import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import {
  chatScript,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, adminSend, complaints, locales, prefer, signIn, themes } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

type Route = { group: { id: string; name: string }; memberIds: string[]; upstreams: ScriptedUpstream[] };

/** A group of two models, "first" before "second", each at an upstream of its own. */
async function makeRoute(request: APIRequestContext, nameOfAll: string): Promise<Route> {
  const name = ownName(nameOfAll);
  const upstreams = [await startScriptedUpstream(), await startScriptedUpstream()];
  const memberIds: string[] = [];
  for (const [index, upstream] of upstreams.entries()) {
    upstream.respond(chatScript(["Hello."]));
    const provider = await adminPost<{ deployments: { id: string }[] }>(request, "providers", {
      name: `${name}-hidden-${index}`,
      protocol: "openai",
      baseUrl: `${upstream.origin}/v1`,
      apiKey: "sk-upstream",
      deployments: [{ model: `upstream-${index}`, name: index === 0 ? "first" : "second", callPrice: "0.5" }],
    });
    memberIds.push(provider.deployments[0]?.id ?? "");
  }
  const members = memberIds.map((deploymentId, index) => ({ deploymentId, priority: index + 1 }));
  return { group: await adminPost(request, "groups", { name, members }), memberIds, upstreams };
}

async function setPortal(request: APIRequestContext, portalEnabled: boolean): Promise<void> {
  await adminSend(request, "PATCH", "settings", { portalEnabled });
}

// As it was found.
test.afterEach(({ context }) => setPortal(context.request, false));

async function call(page: Page, key: string, model: string) {
  const answer = await page.request.post("/v1/chat/completions", {
    headers: { authorization: `Bearer ${key}` },
    data: { model, messages: [{ role: "user", content: "Hi" }] },
  });
  expect(answer.status()).toBe(200);
}

async function signInHolder(page: Page, key: string): Promise<void> {
  await visit(page, "/portal");
  await expect(page).toHaveURL(/\/portal\/login$/);
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/portal$/);
}

test("S28, S29: a holder signs in with a key, sees its limits and calls, puts another model first, and takes it back", async ({
  context,
  page,
}) => {
  test.setTimeout(120_000);
  const { group, upstreams } = await makeRoute(context.request, "portal-chat");
  const [first, second] = upstreams;
  const keyName = ownName("portal-key");
  try {
    // Nobody finds the portal until the owner opens it.
    await setPortal(context.request, false);
    expect((await visit(page, "/portal"))?.status()).toBe(404);
    await signIn(context.request);
    await visit(page, "/settings/security");
    await page.getByRole("switch", { name: "Open the portal" }).click();
    await page
      .locator("section", { has: page.getByRole("heading", { name: "Portal for key holders" }) })
      .getByRole("button", { name: "Save" })
      .click();
    await expect(page.getByText("Settings saved")).toBeVisible();

    // A key whose holder may choose, made in its form.
    await visit(page, "/keys?new=true");
    const form = page.getByRole("dialog");
    await form.getByLabel("Name", { exact: true }).fill(keyName);
    await form.getByRole("checkbox", { name: group.name }).click();
    await form.getByLabel("A day").fill("10");
    await form.getByRole("switch", { name: "May choose the first model" }).click();
    await form.locator("button[type=submit]").click();
    const reveal = page.getByRole("dialog", { name: "Your new key" });
    const key = await reveal.getByRole("textbox").first().inputValue();
    await reveal.getByRole("button", { name: "I stored it" }).click();
    await page.getByRole("button", { name: `Actions for ${keyName}` }).click();
    await expect(page.getByRole("menuitem", { name: "Copy portal address" })).toBeVisible();
    await page.keyboard.press("Escape");

    // The console's session is none of the portal's, nor the other way round.
    await signInHolder(page, key);
    await context.clearCookies({ name: /next-auth/ });
    await visit(page, "/keys");
    await expect(page).toHaveURL(/\/login\?/);
    await visit(page, "/portal");
    expect(page.url()).not.toContain(key.slice(-10));

    await expect(page.getByRole("heading", { level: 1, name: keyName })).toBeVisible();
    await expect(page.getByText(key.slice(-4)).first()).toBeVisible();
    await expect(page.getByText("$0.00 of $10.00")).toBeVisible();
    await expect(page.getByRole("button", { name: `Copy ${group.name}` })).toBeVisible();

    await call(page, key, group.name);
    expect([first?.requests.length, second?.requests.length]).toEqual([1, 0]);
    const calls = page.getByRole("table", { name: "Calls, newest first" });
    await expect(calls.getByRole("row", { name: new RegExp(`${group.name}.*first`) })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByText("$0.50 of $10.00")).toBeVisible({ timeout: 20_000 });
    await expect(page.locator("body")).not.toContainText("hidden");

    // The second to the top: the very next call goes there.
    const order = page.getByRole("list", { name: `Order in ${group.name}` });
    await expect(order.getByRole("listitem").first()).toContainText("first");
    await order.getByRole("button", { name: "Try first: second" }).press("Enter");
    await expect(page.getByText(`second is now tried first in ${group.name}`).first()).toBeVisible();
    await expect(order.getByRole("listitem").first()).toContainText("second");
    await expect(order.getByRole("listitem").first()).toBeFocused();
    await call(page, key, group.name);
    expect([first?.requests.length, second?.requests.length]).toEqual([1, 1]);
    await expect(calls.getByRole("row", { name: new RegExp(`${group.name}.*second`) })).toBeVisible({
      timeout: 20_000,
    });

    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText(`${group.name} has its order back`).first()).toBeVisible();
    await expect(order.getByRole("listitem").first()).toContainText("first");
    await call(page, key, group.name);
    expect([first?.requests.length, second?.requests.length]).toEqual([2, 1]);

    // Somebody else was faster: said, and the new order is shown.
    const stale = page.waitForResponse(
      (answer) => answer.url().includes(`/groups/${group.id}/order`) && answer.status() === 409,
    );
    await page.route("**/api/portal/models", (route) => route.abort());
    const headers = { authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` };
    await page.request.patch(`/api/admin/groups/${group.id}`, { headers, data: { retryAfterWaitSeconds: 1 } });
    await order.getByRole("button", { name: "Move first down" }).click();
    await stale;
    await expect(page.getByText("Somebody else changed this group just now.").first()).toBeVisible();

    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/portal\/login$/);
    expect((await page.request.get("/api/portal/key")).status()).toBe(401);
  } finally {
    for (const upstream of upstreams) await upstream.close();
  }
});

test("S28: a key that may not choose sees no order and changes none, and a group of another key is not there", async ({
  context,
  page,
  baseURL,
}) => {
  await setPortal(context.request, true);
  const own = await makeRoute(context.request, "portal-own");
  const others = await makeRoute(context.request, "portal-others");
  try {
    const put = (route: Route) =>
      page.request.put(`/api/portal/groups/${route.group.id}/order`, {
        headers: { origin: baseURL ?? "", "content-type": "application/json" },
        data: { order: route.memberIds.toReversed().map((id) => [id]), version: 1 },
      });
    const plain = await adminPost<{ key: string }>(context.request, "keys", {
      name: ownName("plain"),
      groups: [own.group.name],
    });
    await signInHolder(page, plain.key);
    await expect(page.getByRole("button", { name: `Copy ${own.group.name}` })).toBeVisible();
    await expect(page.getByText(`Order in ${own.group.name}`)).toHaveCount(0);
    expect((await put(own)).status()).toBe(403);

    const chooser = { name: ownName("chooser"), groups: [own.group.name], allowRouteChoice: true };
    const { key, id } = await adminPost<{ key: string; id: string }>(context.request, "keys", chooser);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/portal\/login$/);
    await signInHolder(page, key);
    await expect(page.getByText(`Order in ${own.group.name}`).first()).toBeVisible();
    await expect(page.getByText(others.group.name)).toHaveCount(0);
    expect((await put(others)).status()).toBe(404);
    await call(page, plain.key, own.group.name);
    expect(own.upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
    expect((await put(own)).status()).toBe(200);

    // Switching the key off ends the open page within seconds.
    const headers = { authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` };
    await context.request.patch(`/api/admin/keys/${id}`, { headers, data: { enabled: false } });
    await expect(page).toHaveURL(/\/portal\/login\?ended=1$/, { timeout: 15_000 });
    await expect(page.getByText("Your session has ended, or the key may not be used any more.")).toBeVisible();
    await page.getByLabel("API key", { exact: true }).fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert").filter({ hasText: /\S/ }).first()).toBeVisible();
  } finally {
    for (const upstream of [...own.upstreams, ...others.upstreams]) await upstream.close();
  }
});

test("S29: the portal reads well in every language and theme, to everybody, on the smallest screen", async ({
  context,
  page,
  baseURL,
}) => {
  test.setTimeout(180_000);
  await setPortal(context.request, true);
  const { group, upstreams } = await makeRoute(context.request, "portal-looks");
  try {
    const { key } = await adminPost<{ key: string }>(context.request, "keys", {
      name: ownName("a key with a name that is longer than most names of keys are"),
      groups: [group.name, "demo-chat"],
      allowRouteChoice: true,
      allowRawModels: true,
      storeBodies: true,
      limits: { budgetUsd: { day: "5", month: "0.5", total: "1000" }, rpm: 600, tpm: 2_000_000 },
    });
    await call(page, key, group.name);
    await signInHolder(page, key);
    const show = page.getByRole("button", { name: "Show text" }).first();
    await expect(show).toBeVisible({ timeout: 20_000 });
    await show.click();
    await expect(page.getByRole("dialog").getByText(/"content":"Hi"/)).toBeVisible();
    await page.keyboard.press("Escape");

    const found = complaints(page);
    const stranger = await page.context().browser()?.newContext({ baseURL });
    const visitor = await stranger?.newPage();
    if (!stranger || !visitor) throw new Error("no second browser context");
    const seen: [Page, typeof context, string][] = [
      [page, context, "/portal"],
      [visitor, stranger, "/portal/login"],
    ];
    for (const [tab, owner, path] of seen) {
      for (const theme of themes) {
        for (const locale of locales) {
          await prefer(owner, baseURL ?? "", { locale, theme });
          await tab.goto(path);
          await expect(tab.locator("html")).toHaveAttribute("lang", locale);
          await expect(tab.getByRole("heading", { level: 1 })).toBeVisible();
          expect(await tab.locator("body").innerText()).not.toMatch(
            /\b(?:portal|keys|logs|calls|overview)\.[a-zA-Z]+\b/,
          );
          await tab.setViewportSize({ width: 320, height: 640 });
          const excess = () => tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          await expect.poll(excess, { message: `${path} ${locale}` }).toBeLessThanOrEqual(0);
          await tab.setViewportSize({ width: 1280, height: 800 });
          if (locale !== "en" && locale !== "ja") continue;
          const { violations } = await new AxeBuilder({ page: tab }).analyze();
          const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
          expect(grave.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ target }) => target).join(" ")}`)).toEqual(
            [],
          );
        }
      }
    }
    await stranger.close();
    expect(found).toEqual([]);
  } finally {
    for (const upstream of upstreams) await upstream.close();
  }
});
