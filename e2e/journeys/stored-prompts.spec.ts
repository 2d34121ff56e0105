import { expect, test } from "@playwright/test";
import { adminPost, signIn } from "../support/console.ts";

test("who reads a stored prompt on the page of its call is in the audit log, with the address it was read from", async ({
  context,
  page,
}, { retry, repeatEachIndex }) => {
  await signIn(context.request);
  const { key } = await adminPost<{ key: string }>(page.request, "keys", {
    name: `read-prompts-${retry}-${repeatEachIndex}`,
    groups: ["demo-chat"],
    storeBodies: true,
  });
  const answer = await page.request.post("/v1/chat/completions", {
    headers: { authorization: `Bearer ${key}` },
    data: { model: "demo-chat", messages: [{ role: "user", content: "For few eyes" }] },
  });
  const requestId = answer.headers()["x-request-id"] ?? "none";
  // Rows are written behind the answer.
  await expect(async () => {
    await page.goto(`/logs/${requestId}?tab=messages`);
    await expect(page.getByText("For few eyes", { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });

  const audit = await page.request.get("/api/admin/audit?action=read_bodies&limit=50");
  const { items } = (await audit.json()) as { items: { target: { name: string } }[] };
  const entry = items.find(({ target }) => target.name === requestId);
  expect(entry).toMatchObject({ action: "read_bodies", actor: { type: "user" }, ip: "127.0.0.1" });
});
