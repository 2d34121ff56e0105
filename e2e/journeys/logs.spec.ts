import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { adminPost, signIn } from "../support/console.ts";

test("S48: the call log is narrowed to one endpoint, and exactly what is shown is saved as a file", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id, key } = await adminPost<{ id: string; key: string }>(page.request, "keys", {
    name: "saved-log",
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
    await page.goto(`/logs?key=${id}`);
    await expect(rows).toHaveCount(2, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await page.getByRole("combobox", { name: "Endpoint" }).click();
  await page.getByRole("option", { name: "Embeddings" }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("Embeddings");
  await expect(page.getByText("Endpoint: Embeddings")).toBeVisible();

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
  await drawer.getByRole("tab", { name: "Messages" }).click();
  await expect(drawer.getByText("Hello", { exact: true })).toBeVisible();
  await expect(
    drawer.getByText("Only the text of answers is stored, and this endpoint answers with data."),
  ).toBeVisible();
});
