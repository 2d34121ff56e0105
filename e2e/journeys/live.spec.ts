import { expect, test } from "@playwright/test";
import { adminPost, signIn } from "../support/console.ts";
import { ownName } from "../support/journey.ts";
import { groupsShown, heapBytes, sendEvenly, settleInList, sightOf } from "../support/live-reader.ts";

test("nothing moves under a reader of the live log while calls come in, and a filter lets only its own through", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { id: keyId, key } = await adminPost<{ id: string; key: string }>(page.request, "keys", {
    name: ownName("live-often"),
    groups: ["demo-chat"],
  });
  const other = await adminPost<{ key: string }>(page.request, "keys", {
    name: ownName("live-other"),
    groups: ["demo-chat"],
  });
  const ask = (token: string) => async () => {
    // Answered or refused: either is a call the log tells of.
    const answer = await page.request.post("/v1/embeddings", {
      headers: { authorization: `Bearer ${token}` },
      data: { model: "demo-chat", input: "Hello" },
    });
    return answer.status() < 500;
  };
  await sendEvenly(ask(key), { perSecond: 20, seconds: 3 });

  const filtered = await context.newPage();
  await expect(async () => {
    await filtered.goto(`/logs?key=${keyId}&live=true`);
    await expect(filtered.locator("[data-call]").nth(30)).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
  await page.goto("/logs?live=true");
  await expect(page.locator("[data-call]").nth(30)).toBeVisible();
  const session = await context.newCDPSession(page);
  const sights = [await settleInList(page, 400), await settleInList(filtered, 400)];
  const before = await heapBytes(session);

  const [own, foreign] = [ask(key), ask(other.key)];
  const load = sendEvenly((index) => (index % 2 === 0 ? own() : foreign()), { perSecond: 30, seconds: 12 });
  for (let look = 0; look < 10; look++) {
    await page.waitForTimeout(1_000);
    expect([await sightOf(page), await sightOf(filtered)]).toEqual(sights);
  }
  const { sent, answered } = await load;
  expect(answered).toBe(sent);
  expect((await heapBytes(session)) - before).toBeLessThan(30 * 1024 * 1024);

  await filtered.getByRole("button", { name: /new calls/ }).click();
  const cells = filtered.locator("[data-call] [data-filter=key]");
  await expect(cells.nth(60)).toBeAttached();
  const keys = await cells.evaluateAll((all) => [...new Set(all.map((cell) => cell.getAttribute("data-value")))]);
  expect(keys).toEqual([keyId]);
  expect(await groupsShown(filtered)).toEqual(["demo-chat"]);
});
