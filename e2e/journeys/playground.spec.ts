import { expect, type Page, test } from "@playwright/test";
import {
  chatScript,
  delayedScript,
  type Script,
  silentScript,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";
import { messages } from "../support/messages.ts";

type Provider = { id: string; deployments: { id: string; model: string }[] };

/** Two providers that answer in their own words, as the tiers of one group. */
async function twoTiers(page: Page, nameOfAll: string, scripts: { first: Script; second: Script }) {
  const name = ownName(nameOfAll);
  const first = await startScriptedUpstream();
  const second = await startScriptedUpstream();
  first.respond(scripts.first);
  second.respond(scripts.second);
  const provider = (tier: "first" | "second", origin: string) =>
    adminPost<Provider>(page.request, "providers", {
      ...{ name: `${name}-${tier}`, protocol: "openai", baseUrl: `${origin}/v1`, apiKey: "sk-upstream" },
      deployments: [{ model: `${name}-model`, inputPrice: "1", outputPrice: "2" }],
    });
  const tiers = [await provider("first", first.origin), await provider("second", second.origin)];
  const ids = tiers.map(({ deployments }) => deployments[0]?.id ?? "");
  const members = ids.map((deploymentId, index) => ({ deploymentId, priority: index + 1 }));
  await adminPost(page.request, "groups", { name, members });
  return { name, first, second, ids, close: () => Promise.all([first.close(), second.close()]) };
}

const answerOf = (page: Page, name: string) => page.getByRole("region", { name: `Answer of ${name}`, exact: true });

async function choose(page: Page, column: number, option: string): Promise<void> {
  await page.getByRole("combobox", { name: `Model in column ${column}` }).click();
  await page.getByRole("option", { name: option }).click();
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
}

test("one message is answered by up to three models with real calls, a single deployment among them", async ({
  context,
  page,
}) => {
  test.slow();
  const tiers = await twoTiers(page, "side-by-side", {
    first: chatScript(["Words of the first."]),
    second: chatScript(["Words of the second."]),
  });
  try {
    await signIn(context.request);
    await visit(page, "/playground");
    await choose(page, 1, `${tiers.name} Group`);
    await page.getByRole("button", { name: "Compare with another" }).click();
    await choose(page, 2, `${tiers.name}-second / ${tiers.name}-model Single model`);
    await page.getByRole("button", { name: "Compare with another" }).click();
    await choose(page, 3, `${tiers.name}-first / ${tiers.name}-model Single model`);
    await expect(page.getByRole("button", { name: "Compare with another" })).toHaveCount(0);
    await page.getByLabel("Most tokens in the answer").fill("77");
    await page.getByLabel("System prompt").fill("Be brief and secret.");

    // Shift+Enter begins a line, Enter while words are composed belongs to the input method, and Enter alone sends.
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill("one line");
    await box.press("Shift+Enter");
    await box.pressSequentially("another");
    await box.dispatchEvent("keydown", { key: "Enter", code: "Enter", isComposing: true });
    await expect(box).toHaveValue("one line\nanother");
    await box.press("Enter");
    const group = answerOf(page, tiers.name);
    await expect(group.getByText("Words of the first.")).toBeVisible();
    await expect(answerOf(page, `${tiers.name}-second / ${tiers.name}-model`)).toContainText("Words of the second.");
    await expect(answerOf(page, `${tiers.name}-first / ${tiers.name}-model`)).toContainText("Words of the first.");
    expect(tiers.first.requests).toHaveLength(2);
    expect(tiers.second.requests).toHaveLength(1);
    const sent = tiers.second.requests[0]?.json() as { max_tokens: number; messages: unknown[] };
    expect(sent).toMatchObject({
      max_tokens: 77,
      messages: [
        { role: "system", content: "Be brief and secret." },
        { role: "user", content: "one line\nanother" },
      ],
    });
    // What it used is counted, and the log has the call under the playground's own key.
    await expect(group.getByText(/tokens in/)).toBeVisible();
    await expect(group.getByText("Why this provider?")).toBeVisible({ timeout: 20_000 });

    // The link holds the settings and none of the words.
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy link" }).click();
    await expect(page.getByRole("button", { name: "Link copied" })).toBeVisible();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    expect(Object.fromEntries(link.searchParams)).toEqual({
      model: [tiers.name, tiers.ids[1], tiers.ids[0]].join(","),
      max: "77",
    });
    expect(link.href).not.toMatch(/secret|line/);
    await visit(page, link.href);
    await expect(page.getByRole("combobox", { name: "Model in column 2" })).toContainText(`${tiers.name}-second`);
    await expect(page.getByLabel("Most tokens in the answer")).toHaveValue("77");
    await expect(page.getByLabel("System prompt")).toHaveValue("");

    // As code, for every client: with the settings, this server's address and no key of anybody.
    await page.getByRole("button", { name: `Copy as code: ${tiers.name}`, exact: true }).click();
    const code = page.getByRole("dialog", { name: "Copy as code" });
    await code.getByRole("combobox", { name: "Client" }).click();
    await expect.poll(() => page.getByRole("option").count()).toBeGreaterThanOrEqual(8);
    await page.getByRole("option", { name: "Python (openai)" }).click();
    const text = await code.getByRole("region").or(code.locator("pre")).first().innerText();
    expect(text).toContain(new URL(page.url()).origin);
    expect(text).toContain(tiers.name);
    expect(text).toContain("max_tokens=77");
    expect(text).toContain("SLUICE_API_KEY");
    expect(text).not.toContain("sk-sluice-");
  } finally {
    await tiers.close();
  }
});

test("Fail tier 1 rehearses a failover: the second tier answers, and the waterfall shows who was passed over", async ({
  context,
  page,
}) => {
  test.slow();
  const tiers = await twoTiers(page, "rehearsed", {
    first: chatScript(["Words of the first."]),
    second: chatScript(["Words of the second."]),
  });
  try {
    await signIn(context.request);
    await visit(page, `/playground?model=${tiers.name}`);
    await page.getByRole("switch", { name: "Fail tier 1" }).click();
    await say(page, "Who answers when the first is down?");
    const answer = answerOf(page, tiers.name);
    await expect(answer.getByText("Words of the second.")).toBeVisible();
    expect(tiers.first.requests).toHaveLength(0);
    const why = answer.getByText("Why this provider?");
    await expect(why).toBeVisible({ timeout: 20_000 });
    await why.click();
    const waterfall = answer.getByRole("table");
    await expect(waterfall.getByRole("row", { name: new RegExp(`${tiers.name}-first`) })).toContainText(
      messages.en.reasons.simulated,
    );
    await expect(waterfall.getByRole("row", { name: new RegExp(`${tiers.name}-second`) })).toBeVisible();
    await answer.getByRole("link", { name: "Open this call" }).click();
    await page.getByRole("dialog").getByRole("tab", { name: "Meta" }).click();
    await expect(page.getByRole("dialog").getByText("playground").first()).toBeVisible();

    // Nothing is held against the tier that was made to fail.
    await visit(page, `/playground?model=${tiers.name}`);
    await say(page, "And now?");
    await expect(answerOf(page, tiers.name).getByText("Words of the first.")).toBeVisible();
  } finally {
    await tiers.close();
  }
});

test("Stop ends the call, what came so far stays, and what is then asked is answered", async ({ context, page }) => {
  test.slow();
  const tiers = await twoTiers(page, "halted", {
    first: delayedScript(60_000, chatScript(["Too late."])),
    second: silentScript,
  });
  try {
    await signIn(context.request);
    await visit(page, `/playground?model=${tiers.name}`);
    await say(page, "Take your time.");
    await expect(answerOf(page, tiers.name).getByText("Waiting for the first words")).toBeVisible();
    await expect.poll(() => tiers.first.requests.length).toBe(1);
    await page.getByRole("button", { name: "Stop" }).click();
    await expect(answerOf(page, tiers.name).getByText("You stopped this call.")).toBeVisible();
    tiers.first.respond(chatScript(["Here I am."]));
    await say(page, "Again?");
    await expect(answerOf(page, tiers.name).last().getByText("Here I am.")).toBeVisible();
  } finally {
    await tiers.close();
  }
});
