import { expect, type Page, test } from "@playwright/test";
import { chatScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, signIn } from "../support/console.ts";
import { heard, ownName, visit } from "../support/journey.ts";

/** A chat call with a key, as an app sends it. */
async function call(page: Page, key: string, model: string) {
  return await page.request.post("/v1/chat/completions", {
    headers: { authorization: `Bearer ${key}` },
    data: { model, messages: [{ role: "user", content: "Hi" }] },
  });
}

test("a quota and a budget set in the console are used up through the API, seen full, and begun anew", async ({
  context,
  page,
}) => {
  test.setTimeout(120_000);
  const upstream = await startScriptedUpstream();
  upstream.respond(chatScript(["Hello."]));
  try {
    await signIn(context.request);
    const [chat, keyName] = [ownName("limits-chat"), ownName("limits-key")];
    const provider = await adminPost<{ id: string; deployments: { id: string }[] }>(page.request, "providers", {
      name: ownName("limits-provider"),
      protocol: "openai",
      baseUrl: `${upstream.origin}/v1`,
      apiKey: "sk-upstream",
      deployments: [{ model: "limits-model", callPrice: "0.5", inputPrice: "0", outputPrice: "0" }],
    });
    const members = provider.deployments.map(({ id }) => ({ deploymentId: id }));
    await adminPost(page.request, "groups", { name: chat, members });

    // A quota of two calls a day; a schedule that never comes is refused where it was typed.
    await visit(page, `/providers/${provider.id}?tab=models`);
    await page.getByRole("button", { name: "limits-model", exact: true }).click();
    const modelForm = page.getByRole("dialog");
    await modelForm.getByLabel("Calls a period").fill("2");
    await modelForm.getByRole("combobox", { name: "Begins anew" }).click();
    await page.getByRole("option", { name: "On a schedule of your own" }).click();
    await modelForm.getByLabel("Schedule", { exact: true }).fill("0 0 30 2 *");
    await modelForm.locator("button[type=submit]").click();
    await expect(modelForm.getByText("The days of this schedule are wrong, or never come.")).toBeVisible();
    await modelForm.getByRole("combobox", { name: "Begins anew" }).click();
    await page.getByRole("option", { name: "Every day at midnight" }).click();
    await expect(modelForm.getByRole("listitem").filter({ hasText: "00:00" })).toHaveCount(3);
    await modelForm.locator("button[type=submit]").click();
    const row = page.getByRole("row", { name: /limits-model/ });
    await expect(row.getByText("2 of 2 left")).toBeVisible();

    // A key with a budget of three calls a day.
    await visit(page, "/keys?new=true");
    const keyForm = page.getByRole("dialog");
    await keyForm.getByLabel("Name", { exact: true }).fill(keyName);
    await keyForm.getByRole("checkbox", { name: chat }).click();
    await keyForm.getByLabel("A day").fill("1,50");
    await keyForm.locator("button[type=submit]").click();
    await expect(keyForm.getByText("This is not an amount in US dollars.")).toBeVisible();
    await keyForm.getByLabel("A day").fill("1.50");
    await keyForm.locator("button[type=submit]").click();
    const reveal = page.getByRole("dialog", { name: "Your new key" });
    const key = await reveal.getByRole("textbox").first().inputValue();
    await reveal.getByRole("button", { name: "I stored it" }).click();

    // The third call of the day meets the quota, and the bar is full.
    expect((await call(page, key, chat)).status()).toBe(200);
    expect((await call(page, key, chat)).status()).toBe(200);
    const overQuota = await call(page, key, chat);
    expect(overQuota.status()).toBe(429);
    expect(((await overQuota.json()) as { error: { code: string } }).error.code).toBe("insufficient_quota");
    expect(Date.parse(overQuota.headers()["x-quota-reset"] ?? "")).toBeGreaterThan(Date.now());
    expect(upstream.requests).toHaveLength(2);
    await visit(page, `/providers/${provider.id}?tab=models`);
    await expect(row.getByText("0 of 2 left")).toBeVisible();
    await expect(row.getByRole("meter", { name: "Calls" })).toHaveAttribute("aria-valuenow", "100");

    // A person begins it anew, and the next call is answered.
    await row.getByRole("button", { name: "Actions for limits-model" }).click();
    await page.getByRole("menuitem", { name: "Reset quota" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset quota" }).click();
    await expect(page.getByText("limits-model starts with its full quota")).toBeVisible();
    await expect(row.getByText("2 of 2 left")).toBeVisible();
    expect((await call(page, key, chat)).status()).toBe(200);

    // Now the key has spent its day's budget: refused before any provider is asked, and said in the console.
    const overBudget = await call(page, key, chat);
    expect(overBudget.status()).toBe(429);
    expect(((await overBudget.json()) as { error: { code: string } }).error.code).toBe("insufficient_quota");
    expect(overBudget.headers()["x-should-retry"]).toBe("false");
    expect(upstream.requests).toHaveLength(3);
    await visit(page, "/keys");
    await page.getByRole("link", { name: keyName }).click();
    await expect(page.getByRole("heading", { level: 1, name: new RegExp(keyName) })).toBeVisible();
    // What was spent is written behind the answer, a batch at a time.
    await expect(async () => {
      await page.reload();
      await expect(page.getByText("Over budget")).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await heard(page);
    await expect(page.getByText("$1.50 of $1.50")).toBeVisible();
    await expect(page.getByRole("meter", { name: "Today" })).toHaveAttribute("aria-valuenow", "100");

    // A larger budget lets it call again.
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("dialog").getByLabel("A day").fill("5");
    await page.getByRole("dialog").locator("button[type=submit]").click();
    await expect(page.getByText("$1.50 of $5.00")).toBeVisible();
    expect((await call(page, key, chat)).status()).toBe(200);
  } finally {
    await upstream.close();
  }
});

test("N22: the route tester shows who would take a call when a model is down or out of quota", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const tester = ownName("tester");
  const provider = await adminPost<{ deployments: { id: string; model: string }[] }>(page.request, "providers", {
    name: tester,
    protocol: "openai",
    baseUrl: "http://127.0.0.1:9/v1",
    deployments: [{ model: "main" }, { model: "spare" }],
  });
  const member = (model: string, weight: number) => ({
    deploymentId: provider.deployments.find((one) => one.model === model)?.id,
    weight,
  });
  const group = await adminPost<{ id: string }>(page.request, "groups", {
    name: `${tester}-chat`,
    members: [member("main", 1), member("spare", 0)],
  });
  await visit(page, `/groups/${group.id}`);
  const run = page.getByRole("button", { name: "Test route" });
  await run.click();
  await expect(page.getByText(new RegExp(`^${tester}/main would be tried first`))).toBeVisible();
  const route = page.getByRole("table", { name: "Route of this call" });
  await expect(route.getByRole("row", { name: new RegExp(`${tester}/spare`) })).toContainText("standby");

  const assume = async (model: string, what: string) => {
    await page.getByRole("combobox", { name: `Assumption about ${tester}/${model}` }).click();
    await page.getByRole("option", { name: what }).click();
    await run.click();
  };
  await assume("main", "quota used up");
  await expect(page.getByText(new RegExp(`^${tester}/spare would be tried first`))).toBeVisible();
  await expect(route.getByRole("row", { name: new RegExp(`${tester}/main`) })).toContainText("Rate or quota used up");
  await assume("spare", "is down");
  await expect(page.getByText("No model can take this call.")).toBeVisible();
});
