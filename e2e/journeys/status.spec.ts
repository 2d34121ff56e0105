import { expect, test } from "@playwright/test";
import { chatScript, jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, adminSend, complaints, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

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
    const [eastName, westName] = [ownName("status-east"), ownName("status-west")];
    const [chat, keyName] = [ownName("status-chat"), ownName("status-key")];
    const heard = complaints(page);
    const provider = (name: string, origin: string) =>
      adminPost<{ deployments: { id: string }[] }>(page.request, "providers", {
        ...{ name, protocol: "openai", baseUrl: `${origin}/v1`, apiKey: "sk-upstream", retries: 0 },
        deployments: [{ model: "status-model" }],
      });
    const east = await provider(eastName, bad.origin);
    const west = await provider(westName, good.origin);
    const members = [east, west].map(({ deployments: [one] }, index) => ({
      deploymentId: one?.id,
      priority: index + 1,
    }));
    await adminPost(page.request, "groups", { name: chat, members });
    const { key } = await adminPost<{ key: string }>(page.request, "keys", {
      name: keyName,
      groups: [chat],
    });
    for (let call = 0; call < 3; call++) {
      const answer = await page.request.post("/v1/chat/completions", {
        headers: { authorization: `Bearer ${key}` },
        data: { model: chat, messages: [{ role: "user", content: "Hello" }] },
      });
      expect(answer.status()).toBe(200);
    }

    // Where an alert leads: the one in trouble, why, and what can be done about it.
    await visit(page, `/status?sel=${eastName}`);
    const sheet = page.getByRole("dialog", { name: `${eastName}/status-model` });
    await expect(
      sheet.getByText(/Circuit open since [\d:]+: Server error \(5xx\), 2 failures in 5 min, limit 2\./),
    ).toBeVisible();
    await expect(sheet.getByText(/Circuit opened: Server error/)).toBeVisible({ timeout: 20_000 });
    await sheet.getByRole("button", { name: "Hold" }).click();
    const ask = page.getByRole("dialog", { name: /^Hold / });
    await expect(ask.getByRole("link", { name: chat })).toBeVisible();
    await expect(ask.getByText(`${westName}/status-model`)).toBeVisible();
    await ask.getByRole("button", { name: "Hold" }).click();
    await expect(sheet.getByText(/^Held since/)).toBeVisible();
    await sheet.getByRole("button", { name: "Release" }).click();
    await expect(sheet.getByRole("button", { name: "Hold" })).toBeVisible();
    await sheet.getByRole("button", { name: "Close" }).click();

    // The incident, with the calls it hit, all of which somebody else answered.
    const incident = page
      .getByRole("table", { name: "Incidents" })
      .getByRole("row", { name: new RegExp(eastName) })
      .first();
    await expect(incident.getByRole("link", { name: "2", exact: true })).toHaveCount(2, { timeout: 30_000 });

    // A strip is one stop of the keyboard: arrows walk it, Enter opens the calls of that time.
    const strip = page.getByRole("slider", { name: new RegExp(`${eastName}/status-model`) });
    await strip.focus();
    await expect(strip).toHaveAttribute("aria-valuetext", /attempts/);
    const before = await strip.getAttribute("aria-valuenow");
    await page.keyboard.press("ArrowLeft");
    await expect(strip).not.toHaveAttribute("aria-valuenow", before ?? "");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/logs\?.*tried=dep_/);

    await visit(page, "/status?mode=groups");
    await expect(page.getByRole("row", { name: new RegExp(chat) })).toContainText(/Can serve/);
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
  const set = (publicStatus: "groups" | "off") => adminSend(page.request, "PATCH", "settings", { publicStatus });
  await set("off");
  expect((await visitor.goto("/status/public"))?.status()).toBe(404);
  try {
    await set("groups");
    expect((await visitor.goto("/status/public"))?.status()).toBe(200);
    await expect(visitor.getByRole("heading", { name: "Status", exact: true })).toBeVisible();
    expect(await visitor.content()).not.toMatch(/\b(grp|dep|prv|key)_[0-9a-z]{10}/);
  } finally {
    await set("off");
  }
  expect((await visitor.goto("/status/public"))?.status()).toBe(404);
});
