import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { adminPost, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

test("S48: the call log is narrowed to one endpoint, and exactly what is shown is saved as a file", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id, key } = await adminPost<{ id: string; key: string }>(page.request, "keys", {
    name: ownName("saved-log"),
    groups: ["demo-chat"],
    storeBodies: true,
  });
  const headers = { authorization: `Bearer ${key}` };
  const messages = [{ role: "user", content: "Hello" }];
  await page.request.post("/v1/chat/completions", { headers, data: { model: "demo-chat", messages } });
  const answer = await page.request.post("/v1/embeddings", { headers, data: { model: "demo-chat", input: "Hello" } });
  expect(answer.status()).toBe(200);

  const rows = page.getByRole("table", { name: "Calls, newest first" }).locator("tbody").getByRole("row");
  // Rows are written behind the answer, a batch at a time.
  await expect(async () => {
    await visit(page, `/logs?key=${id}`);
    await expect(rows).toHaveCount(2, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  const box = page.getByRole("searchbox", { name: "Filter" });
  await box.fill(`${await box.inputValue()} endpoint:embeddings total:>soon`);
  await box.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(page.getByText("Endpoint: Embeddings")).toBeVisible();
  await expect(page.getByText("“total:>soon” has a value that cannot be meant here. It was left out.")).toBeVisible();

  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "As NDJSON, one call a line" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ endpoint: "embeddings", outcome: expect.any(String) });

  await rows.first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("button", { name: /^Attempt 1, .*: show its details$/ }).click();
  await expect(drawer.locator("details").first().locator("summary")).toBeFocused();
  await drawer.getByRole("tab", { name: "Messages" }).click();
  await expect(drawer.getByText("Hello", { exact: true })).toBeVisible();
  await expect(
    drawer.getByText("Only the text of answers is stored, and this endpoint answers with data."),
  ).toBeVisible();
});

test("S48: a time is chosen in the histogram, kept as a view, and says the same in another language", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id, key } = await adminPost<{ id: string; key: string }>(page.request, "keys", {
    name: ownName("seen-log"),
    groups: ["demo-chat"],
  });
  const headers = { authorization: `Bearer ${key}` };
  const data = { model: "demo-chat", messages: [{ role: "user", content: "Hello" }] };
  for (let call = 0; call < 3; call++) await page.request.post("/v1/chat/completions", { headers, data });

  const rows = page.locator("[data-call]");
  await expect(async () => {
    await visit(page, `/logs?range=1h&key=${id}&-outcome=refused`);
    await expect(rows).toHaveCount(3, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  const idsShown = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-call")));
  const ids = await idsShown();

  // The keyboard does what dragging does: the last bars, then Enter.
  const bars = page.getByRole("toolbar").getByRole("button");
  await bars.last().focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  // The address follows once the server has answered.
  await expect(page).toHaveURL(/from=.*to=/, { timeout: 20_000 });
  await expect(rows).toHaveCount(3);

  const viewName = ownName("Seen");
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(viewName);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const view = page.getByRole("link", { name: viewName, exact: true });
  await expect(view).toHaveAttribute("aria-current", "true");

  // The drawer walks the list, and the tab stays.
  await rows.first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("tab", { name: "Raw" }).click();
  await expect(drawer.getByText("$SLUICE_API_KEY").first()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`sel=${ids[0]}`));
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(`sel=${ids[1]}`));
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();

  await context.addCookies([{ name: "locale", value: "ja", url: page.url() }]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Call logs");
  await expect.poll(idsShown).toEqual(ids);
});
