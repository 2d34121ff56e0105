import { expect, test } from "@playwright/test";
import { chatScript, jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, complaints, signIn } from "../support/console.ts";

test("a failing upstream opens its circuit; the page says why and when, holds it with its blast radius, releases it, and lists the incident", async ({
  context,
  page,
}) => {
  test.setTimeout(120_000);
  const [bad, good] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
  bad.respond(jsonScript(503, { error: { message: "overloaded" } }));
  good.respond(chatScript(["Rescued."]));
  try {
    await signIn(context.request);
    const heard = complaints(page);
    const provider = (name: string, origin: string) =>
      adminPost<{ deployments: { id: string }[] }>(page.request, "providers", {
        ...{ name, protocol: "openai", baseUrl: `${origin}/v1`, apiKey: "sk-upstream", retries: 0 },
        deployments: [{ model: "status-model" }],
      });
    const east = await provider("status-east", bad.origin);
    const west = await provider("status-west", good.origin);
    const members = [east, west].map(({ deployments: [one] }, index) => ({
      deploymentId: one?.id,
      priority: index + 1,
    }));
    await adminPost(page.request, "groups", { name: "status-chat", members });
    const { key } = await adminPost<{ key: string }>(page.request, "keys", {
      name: "status-key",
      groups: ["status-chat"],
    });
    for (let call = 0; call < 3; call++) {
      const answer = await page.request.post("/v1/chat/completions", {
        headers: { authorization: `Bearer ${key}` },
        data: { model: "status-chat", messages: [{ role: "user", content: "Hello" }] },
      });
      expect(answer.status()).toBe(200);
    }

    // Where an alert leads: the one in trouble, why, and what can be done about it.
    await page.goto("/status?sel=status-east");
    const sheet = page.getByRole("dialog", { name: "status-east/status-model" });
    await expect(
      sheet.getByText(/Circuit open since [\d:]+: Server error \(5xx\), 2 failures in 5 min, limit 2\./),
    ).toBeVisible();
    await expect(sheet.getByText(/Circuit opened: Server error/)).toBeVisible({ timeout: 20_000 });
    await sheet.getByRole("button", { name: "Hold" }).click();
    const ask = page.getByRole("dialog", { name: /^Hold / });
    await expect(ask.getByRole("link", { name: "status-chat" })).toBeVisible();
    await expect(ask.getByText("status-west/status-model")).toBeVisible();
    await ask.getByRole("button", { name: "Hold" }).click();
    await expect(sheet.getByText(/^Held since/)).toBeVisible({ timeout: 15_000 });
    await sheet.getByRole("button", { name: "Release" }).click();
    await expect(sheet.getByRole("button", { name: "Hold" })).toBeVisible({ timeout: 15_000 });
    await sheet.getByRole("button", { name: "Close" }).click();

    // The incident, with the calls it hit, all of which somebody else answered.
    const incident = page
      .getByRole("table", { name: "Incidents" })
      .getByRole("row", { name: /status-east/ })
      .first();
    await expect(incident.getByRole("link", { name: "2", exact: true })).toHaveCount(2, { timeout: 30_000 });

    // A strip is one stop of the keyboard: arrows walk it, Enter opens the calls of that time.
    const strip = page.getByRole("slider", { name: /status-east\/status-model/ });
    await strip.focus();
    await expect(strip).toHaveAttribute("aria-valuetext", /attempts/);
    const before = await strip.getAttribute("aria-valuenow");
    await page.keyboard.press("ArrowLeft");
    await expect(strip).not.toHaveAttribute("aria-valuenow", before ?? "");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/logs\?.*tried=dep_/);

    await page.goto("/status?mode=groups");
    await expect(page.getByRole("row", { name: /status-chat/ })).toContainText(/Can serve/, { timeout: 15_000 });
    expect(heard).toEqual([]);
  } finally {
    await Promise.all([bad.close(), good.close()]);
  }
});

test("the public status page is not there until it is switched on, and then needs no sign-in", async ({
  browser,
  page,
}) => {
  const visitor = await (await browser.newContext()).newPage();
  expect((await visitor.goto("/status/public"))?.status()).toBe(404);
  const set = (publicStatus: string) =>
    page.request.patch("/api/admin/settings", {
      headers: { authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` },
      data: { publicStatus },
    });
  try {
    expect((await set("groups")).status()).toBe(200);
    expect((await visitor.goto("/status/public"))?.status()).toBe(200);
    await expect(visitor.getByRole("heading", { name: "Status", exact: true })).toBeVisible();
    expect(await visitor.content()).not.toMatch(/\b(grp|dep|prv|key)_[0-9a-z]{10}/);
  } finally {
    await set("off");
  }
  expect((await visitor.goto("/status/public"))?.status()).toBe(404);
});
