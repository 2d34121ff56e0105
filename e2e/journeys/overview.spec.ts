import { type APIRequestContext, expect, test } from "@playwright/test";
import { adminPost, adminSend, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

const admin = () => ({ authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` });
const integer = (value: number) => new Intl.NumberFormat("en").format(value);

async function call(request: APIRequestContext, key: string): Promise<void> {
  const answer = await request.post("/v1/chat/completions", {
    headers: { authorization: `Bearer ${key}` },
    data: { model: "demo-chat", messages: [{ role: "user", content: "Hello" }] },
  });
  expect(answer.status()).toBe(200);
}

const newKey = (request: APIRequestContext, name: string) =>
  adminPost<{ id: string; key: string }>(request, "keys", { name: ownName(name), groups: ["demo-chat"] });

type Figures = { totals: { calls: number }; groups: { id: string; name: string; totals: { calls: number } }[] };

/** What the statistics say of the last day, demo calls among them. */
async function figures(request: APIRequestContext): Promise<Figures> {
  const answer = await request.get("/api/admin/stats?range=24h&by=provider", { headers: admin() });
  return (await answer.json()) as Figures;
}

test("N15, N20, S50: the overview shows total calls, success rate, tokens, keys, cost, model distribution, calls over time, outcomes, average time by model, success and calls by provider, cost by model", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { key } = await newKey(page.request, "overview-figures");
  const before = (await figures(page.request)).totals.calls;
  await call(page.request, key);
  await call(page.request, key);
  await expect(async () =>
    expect((await figures(page.request)).totals.calls).toBeGreaterThanOrEqual(before + 2),
  ).toPass({
    timeout: 30_000,
  });
  await visit(page, "/?demo=1");
  await expect(page.getByText(/can(?:not)? serve/).first()).toBeVisible();
  const cards = page.getByRole("main").getByRole("listitem");
  for (const name of ["Requests", "Success", "Rescued", "First token, p95", "Average response", "Cost"])
    await expect(cards.filter({ hasText: new RegExp(`^${name}`) }).first()).toBeVisible();

  const ever = page.locator("section").filter({ has: page.getByRole("heading", { name: "Since the first call" }) });
  for (const name of ["Calls", "Success", "Tokens", "Cost", "API keys"])
    await expect(ever.getByText(name, { exact: true })).toBeVisible();
  for (const title of [
    "How did calls end?",
    "How long do answers take?",
    "What does each model cost?",
    "What did failover do?",
    "Needs attention",
  ])
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
  const models = page.getByRole("table", { name: "Which models carry the traffic?" });
  for (const head of ["Model", "Share", "Requests", "Success", "Avg. time"])
    await expect(models.getByRole("columnheader", { name: head })).toBeVisible();
  const providers = page.getByRole("table", { name: "Providers, last 24 hours" });
  for (const head of ["Provider", "24 hours", "Success", "Requests", "Avg. time"])
    await expect(providers.getByRole("columnheader", { name: head })).toBeVisible();

  // The figures are the API's.
  const { totals, groups } = await figures(page.request);
  await expect(cards.filter({ hasText: /^Requests/ }).first()).toContainText(integer(totals.calls));
  for (const group of groups.filter((one) => one.id !== "").slice(0, 1))
    await expect(providers.getByRole("row", { name: new RegExp(group.name) }).first()).toContainText(
      integer(group.totals.calls),
    );

  // The same calls told apart by whom they were about, and by the day: both are in the address.
  await page.getByRole("combobox", { name: "Calls told apart by" }).click();
  await page.getByRole("option", { name: "By group" }).click();
  await expect(page.getByRole("heading", { name: "How many calls for each group?" })).toBeVisible();
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByRole("button", { name: "Last 7 days" }).click();
  await expect(page.getByText(/^Calls per day, /)).toBeVisible();
  await expect(page).toHaveURL(/by=group.*range=7d|range=7d.*by=group/);
  await page.reload();
  await expect(page.getByRole("heading", { name: "How many calls for each group?" })).toBeVisible();
});

test("a call appears in the figures by itself, each figure leads to its calls, and what is held is released where it is seen", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { key } = await newKey(page.request, "overview-live");
  await visit(page, "/?demo=1");
  const requests = page.getByRole("main").getByRole("link", { name: /^Requests/ });
  const shown = async () => Number(((await requests.innerText()).match(/[\d,]+/)?.[0] ?? "").replaceAll(",", ""));
  const before = await shown();
  await call(page.request, key);
  await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(before);

  const list = await page.request.get("/api/admin/deployments?limit=500", { headers: admin() });
  const { items } = (await list.json()) as { items: { id: string; name: string; provider: { name: string } }[] };
  const steady = items.find(({ name }) => name.includes("steady"));
  await adminPost(page.request, `deployments/${steady?.id}/hold`, { reason: "journey" });
  const row = page.locator(`[data-attention="deployment_held/${steady?.id}"]`);
  // Other journeys leave graver matters, and the list begins with those.
  const all = page.getByRole("button", { name: /^Show all/ }).first();
  try {
    await expect(async () => {
      if (!(await row.isVisible()) && (await all.isVisible())) await all.click();
      await expect(row).toContainText("journey", { timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
    await row.getByRole("button", { name: "Release" }).click();
    await expect(row).toHaveCount(0);
  } finally {
    // Who ends before that leaves the demo to the other journeys as it was.
    await adminSend(page.request, "POST", `deployments/${steady?.id}/release`);
  }

  await requests.click();
  // The address follows once the server has answered.
  await expect(page).toHaveURL(/\/logs\?.*range=24h/, { timeout: 20_000 });
});

test("a stream that is cut is said to be paused, and goes on by itself", async ({ context, page }) => {
  await signIn(context.request);
  const opened = page.waitForResponse((response) => response.url().includes("/api/admin/events"));
  await visit(page, "/");
  await opened;
  const notice = page.getByText(/^Live updates paused/);
  await context.setOffline(true);
  await expect(notice).toBeVisible({ timeout: 20_000 });
  await context.setOffline(false);
  await expect(notice).toHaveCount(0, { timeout: 20_000 });
});
