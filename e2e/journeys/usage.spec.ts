import { readFile } from "node:fs/promises";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import type { CallView } from "../../lib/schemas/logs.ts";
import { adminPost, signIn } from "../support/console.ts";
import { heard, ownName, visit } from "../support/journey.ts";

const admin = () => ({ authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` });

/** Calls with a key of its own against the demo group, and the rows the log has of them. */
async function makeCalls(request: APIRequestContext, nameOfAll: string, count: number) {
  const name = ownName(nameOfAll);
  const { id, key } = await adminPost<{ id: string; key: string }>(request, "keys", { name, groups: ["demo-chat"] });
  for (let i = 0; i < count; i++) {
    const answer = await request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: "demo-chat", messages: [{ role: "user", content: `Hello ${i}` }] },
    });
    expect(answer.status()).toBe(200);
  }
  // Rows are written behind the answer, a batch at a time.
  let rows: CallView[] = [];
  await expect(async () => {
    const list = await request.get(`/api/admin/logs?key=${id}&limit=500`, { headers: admin() });
    rows = ((await list.json()) as { items: CallView[] }).items;
    expect(rows).toHaveLength(count);
  }).toPass({ timeout: 30_000 });
  return { id, name, rows };
}

const sum = (rows: readonly CallView[], of: (row: CallView) => number) => rows.reduce((all, row) => all + of(row), 0);
const integer = (value: number) => new Intl.NumberFormat("en").format(value);
const duration = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);
const usd = (value: number) =>
  new Intl.NumberFormat("en", {
    style: "currency",
    currency: "USD",
    ...(value >= 1
      ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      : { minimumSignificantDigits: 2, maximumSignificantDigits: 3 }),
  }).format(value);

/** What the totals of the usage page say, by name. */
async function totalsOn(page: Page): Promise<Record<string, string>> {
  const cells = page.locator("dl[aria-label='Totals'] > div:has(dt)");
  const entries = await cells.evaluateAll((list) =>
    list.map((cell) => [cell.querySelector("dt")?.textContent ?? "", cell.querySelector("dd")?.textContent ?? ""]),
  );
  return Object.fromEntries(entries);
}

async function choose(page: Page, list: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: list, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

test("N15, N18: the usage page adds up exactly what the call log has: tokens, cost, time and success", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id, rows } = await makeCalls(page.request, "usage-true", 5);
  await visit(page, `/usage?key=${id}&demo=true&range=24h`);
  const expected = {
    Cost: usd(sum(rows, (row) => Number(row.cost?.usd ?? 0))),
    Requests: integer(rows.length),
    "Success rate": "100%",
    Rescued: integer(rows.filter(({ outcome }) => outcome === "rescued").length),
    "Input tokens": integer(sum(rows, (row) => row.usage?.input ?? 0)),
    "Output tokens": integer(sum(rows, (row) => row.usage?.output ?? 0)),
    "Average response": duration(Math.round((sum(rows, (row) => row.totalMs) / rows.length) * 10) / 10),
  };
  expect(sum(rows, (row) => row.usage?.output ?? 0)).toBeGreaterThan(0);
  await expect.poll(() => totalsOn(page)).toEqual(expected);

  // The same figures as a table: the hours add up to the total.
  await choose(page, "Metric", "Requests");
  await expect(page).toHaveURL(/metric=calls/);
  await page.getByRole("button", { name: "View as table" }).first().click();
  const table = page.getByRole("table", { name: "Requests by model", exact: true });
  await expect(table.getByRole("columnheader").first()).toHaveText("Time");
  const cells = await table
    .locator("tbody tr")
    .evaluateAll((list) =>
      list.flatMap((row) => [...row.querySelectorAll("td")].slice(1).map((cell) => cell.lastChild?.textContent ?? "")),
    );
  expect(cells.reduce((all, text) => all + (Number(text) || 0), 0)).toBe(rows.length);
});

test("N15, S50: metric, split, range and step are chosen, are in the URL, and come back with it", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id, name, rows } = await makeCalls(page.request, "usage-choices", 3);
  await visit(page, `/usage?key=${id}&demo=true`);
  await expect(page.getByRole("heading", { name: "Cost by model", exact: true })).toBeVisible();
  // The charting library comes after the page.
  await expect(page.locator(".recharts-surface").first()).toBeVisible({ timeout: 20_000 });

  await choose(page, "Metric", "Success rate");
  await choose(page, "Group by", "By outcome");
  await page.getByRole("button", { name: /^Time range: / }).click();
  await page.getByRole("button", { name: "Last 24 hours" }).click();
  await expect(page.getByRole("heading", { name: "Success rate by outcome", exact: true })).toBeVisible();
  await choose(page, "Step", "By the day");
  await choose(page, "Metric", "Requests");
  await expect(page).toHaveURL(/metric=calls/);
  await page.reload();
  await heard(page);
  await expect(page.getByRole("heading", { name: "Requests by outcome", exact: true })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Step" })).toContainText("By the day");
  await expect(page.getByRole("button", { name: /^Time range: Last 24 hours, / })).toBeVisible();

  const ranking = page.getByRole("table", { name: "Requests by outcome, ranked" });
  const rescued = rows.filter(({ outcome }) => outcome === "rescued").length;
  const row = ranking.getByRole("row", { name: /^Rescued/ });
  if (rescued > 0) await expect(row.getByRole("cell").nth(1)).toContainText(integer(rescued));
  else await expect(row).toHaveCount(0);

  // The legend hides a series without a reload, by keyboard as well.
  const legend = page
    .getByRole("list", { name: /^Series/ })
    .getByRole("button")
    .first();
  await legend.focus();
  await page.keyboard.press("Enter");
  await expect(legend).toHaveAttribute("aria-pressed", "false");

  // A name is a door to its calls.
  await choose(page, "Group by", "By API key");
  await page.getByRole("table", { name: "Requests by API key, ranked" }).getByRole("link", { name }).click();
  await expect(page).toHaveURL(/\/logs\?.*key=/);
  await expect(page.getByRole("table", { name: "Calls, newest first" }).locator("tbody").getByRole("row")).toHaveCount(
    rows.length,
  );
});

test("N15: what is shown is saved as a file that adds up, and asked for again by the copied API call", async ({
  context,
  page,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(context.request);
  const { id, name, rows } = await makeCalls(page.request, "=usage-file", 3);
  await visit(page, `/usage?key=${id}&demo=true&by=key&range=24h`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const [head, ...records] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  const column = (name: string) => (head ?? "").split(",").indexOf(name);
  const total = (name: string) => records.reduce((all, one) => all + Number(one.split(",")[column(name)]), 0);
  expect(total("calls")).toBe(rows.length);
  expect(total("outputTokens")).toBe(sum(rows, (row) => row.usage?.output ?? 0));
  expect(total("costUsd")).toBeCloseTo(
    sum(rows, (row) => Number(row.cost?.usd ?? 0)),
    9,
  );
  expect(records[0]?.split(",")[column("key")]).toBe(`'${name}`);

  await page.getByRole("button", { name: "Copy API call" }).first().click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const address = /'([^']+)'/.exec(command)?.[1] ?? "";
  const answer = await page.request.get(address, { headers: admin() });
  expect(((await answer.json()) as { totals: { calls: number } }).totals.calls).toBe(rows.length);
});

test("N15: a second split, a running total, days of one's own and the month are shown, and the chart's file is the chart", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id, name, rows } = await makeCalls(page.request, "usage-split", 3);
  await visit(page, `/usage?f.key=${id}&demo=true&metric=calls&by=key&range=24h`);
  await choose(page, "Then by", "Then by outcome");
  await expect(page).toHaveURL(/then=outcome/);
  const ranking = page.getByRole("table", { name: "Requests by API key, ranked" });
  await ranking.getByRole("button", { name: `${name} by outcome` }).click();
  const parts = ranking.locator("tbody tr").filter({ has: page.getByRole("link", { name: /^(First try|Rescued)$/ }) });
  await expect(parts.first()).toBeVisible();
  const counts = await parts.evaluateAll((list) => list.map((row) => Number(row.children[1]?.lastChild?.textContent)));
  expect(counts.reduce((all, one) => all + one, 0)).toBe(rows.length);

  // There are no seven days yet, so nothing is foretold.
  await expect(page.getByText("A forecast needs seven complete days.")).toBeVisible();
  await expect(page.locator("[data-forecast]")).toHaveCount(0);

  // Added up, the last bucket has all of them, in the table and in the file.
  await page.getByRole("switch", { name: "Add up" }).click();
  await expect(page).toHaveURL(/cum=true/);
  const chart = page
    .locator("section")
    .filter({ has: page.getByRole("heading", { name: "Requests by API key", exact: true }) });
  await chart.getByRole("button", { name: "View as table" }).click();
  await expect(chart.locator("tbody tr").last().locator("td").nth(1)).toContainText(integer(rows.length));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    chart.getByRole("button", { name: "Download CSV" }).click(),
  ]);
  // A byte order mark is a space to `trim`.
  const records = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(records[0]).toBe(`\uFEFFTime,Complete,${name}`);
  expect(records.at(-1)?.split(",").slice(1)).toEqual(["false", String(rows.length)]);

  // Days of one's own, by the key `t` and two dates; a cell of the week leads to its calls.
  const cell = page.getByRole("group", { name: "Requests: when?" }).getByRole("link").first();
  await expect(page.getByRole("heading", { name: "Requests: when?" })).toBeVisible();
  if ((await cell.count()) > 0) await expect(cell).toHaveAttribute("href", /\/logs\?.*from=/);
  await page.getByRole("heading", { name: "Usage & cost" }).click();
  await page.keyboard.press("t");
  await page.getByRole("button", { name: "Custom…" }).click();
  await page.getByLabel("From: date").fill("2020-01-01");
  await page.getByLabel("To: date").fill("2019-01-01");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("The end has to come after the beginning.")).toBeVisible();
  await page.getByLabel("To: date").fill("2020-01-02");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/from=2020-01-01T.*to=2020-01-0/);
  await expect(page.getByText("No calls match")).toBeVisible();
});

test("N15: nothing that matches is said, with a way out of it", async ({ context, page }) => {
  await signIn(context.request);
  const { id } = await adminPost<{ id: string }>(page.request, "keys", {
    name: ownName("usage-none"),
    groups: ["demo-chat"],
  });
  await visit(page, `/usage?key=${id}`);
  await expect(page.getByText("No calls match")).toBeVisible();
  await expect(page.getByRole("button", { name: "Export CSV" })).toBeDisabled();
  await page.getByRole("button", { name: "Clear conditions" }).click();
  await expect(page).not.toHaveURL(/key=/);
});
