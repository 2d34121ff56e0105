import { type Browser, expect, type Page, test } from "@playwright/test";
import { adminPost, type Locale, prefer, signIn } from "../support/console.ts";
import { ownName } from "../support/journey.ts";

/** A private window of somebody else who is signed in and reads another language. */
async function privateWindow(browser: Browser, baseURL: string, locale: Locale): Promise<Page> {
  const context = await browser.newContext({ baseURL, timezoneId: "UTC" });
  await prefer(context, baseURL, { locale });
  await signIn(context.request);
  return await context.newPage();
}

/** Where each row leads: what is the same in every language. */
const rowsOf = (page: Page, path: string) =>
  page
    .getByRole("main")
    .locator(`a[href^="${path}"]`)
    .evaluateAll((links) => [...new Set(links.map((link) => new URL((link as HTMLAnchorElement).href).pathname))]);

test("an address copied after filtering shows the same rows in a private window, in its reader's own language", async ({
  browser,
  context,
  page,
  baseURL,
}) => {
  test.setTimeout(300_000);
  await signIn(context.request);
  const shared = ownName("shared");
  const lists = [
    { path: `/logs?range=1h&key=${shared}-app&-outcome=refused`, rows: "/logs/call_", heading: "Call logs" },
    { path: `/keys?q=${shared}&sort=name&status=active`, rows: "/keys/key_", heading: "API keys" },
    { path: `/providers?q=${shared}&sort=updated`, rows: "/providers/prv_", heading: "Providers" },
    { path: `/groups?q=${shared}`, rows: "/groups/grp_", heading: "Groups" },
  ];
  for (const n of [1, 2]) {
    const provider = await adminPost<{ deployments: { id: string }[] }>(page.request, "providers", {
      ...{ name: `${shared}-${n}`, protocol: "openai", baseUrl: "http://127.0.0.1:9/v1", apiKey: "sk-upstream" },
      deployments: [{ model: "shared-model" }],
    });
    const members = provider.deployments.map(({ id }) => ({ deploymentId: id }));
    await adminPost(page.request, "groups", { name: `${shared}-chat-${n}`, members });
  }
  await adminPost(page.request, "keys", { name: `${shared}-other`, enabled: false });
  await adminPost(page.request, "keys", { name: `${shared}-second` });
  const { key } = await adminPost<{ key: string }>(page.request, "keys", {
    name: `${shared}-app`,
    groups: ["demo-chat"],
  });
  for (let call = 0; call < 3; call++) {
    await page.request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: "demo-chat", messages: [{ role: "user", content: "Hello" }] },
    });
  }

  const other = await privateWindow(browser, baseURL ?? "", "ko");
  try {
    for (const { path, rows, heading } of lists) {
      await expect(async () => {
        await page.goto(path);
        expect((await rowsOf(page, rows)).length).toBeGreaterThanOrEqual(2);
      }).toPass({ timeout: 90_000 });
      const here = await rowsOf(page, rows);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
      await other.goto(page.url());
      await expect(other.locator("html")).toHaveAttribute("lang", "ko");
      await expect(other.getByRole("heading", { level: 1 })).not.toHaveText(heading);
      await expect.poll(() => rowsOf(other, rows), { message: path, timeout: 30_000 }).toEqual(here);
    }
  } finally {
    await other.context().close();
  }
});
