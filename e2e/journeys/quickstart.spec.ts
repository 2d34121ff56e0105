import { expect, test } from "@playwright/test";
import { chatScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

test("a client is set up in four steps, and the page ticks when its call arrives from outside", async ({
  context,
  page,
}) => {
  test.slow();
  const upstream = await startScriptedUpstream();
  upstream.respond(chatScript(["Hello from upstream."]));
  try {
    await signIn(context.request);
    const [providerName, chat, app] = [ownName("begun-provider"), ownName("begun-chat"), ownName("begun-app")];
    const provider = await adminPost<{ deployments: { id: string }[] }>(page.request, "providers", {
      ...{ name: providerName, protocol: "openai", baseUrl: `${upstream.origin}/v1`, apiKey: "sk-upstream" },
      deployments: [{ model: "begun-model" }],
    });
    const members = provider.deployments.map(({ id }) => ({ deploymentId: id }));
    await adminPost(page.request, "groups", { name: chat, members });

    // From a group's page one comes with its group; a new key may call it unless told otherwise.
    await visit(page, `/quickstart?group=${chat}`);
    await expect(page.getByRole("combobox", { name: "Choose a group" })).toHaveText(new RegExp(chat));
    await expect(page.getByText("Waiting for a call with any key")).toBeVisible();
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Name", { exact: true }).fill(app);
    await expect(page.getByRole("combobox", { name: "May call" })).toHaveText(new RegExp(chat));
    await page.getByRole("button", { name: "Create key" }).click();
    const key =
      (await page
        .locator("code", { hasText: /^sk-sluice-/ })
        .first()
        .textContent()) ?? "";
    expect(key).toMatch(/^sk-sluice-[0-9A-Za-z]{44}$/);
    expect(page.url()).not.toContain(key);

    // Every client's snippet has the address the reader came by, the group and the key.
    const { origin } = new URL(page.url());
    for (const client of ["Claude Code", "Python (openai)", "Continue", "curl"]) {
      await page.getByRole("radio", { name: client, exact: true }).check({ force: true });
      const snippet = page.getByRole("listitem").filter({ hasText: "Set it up and call" }).last();
      await expect(snippet).toContainText(origin);
      await expect(snippet).toContainText(key);
    }

    // What the snippet says, done from outside.
    await expect(page.getByText("Waiting for your call with this key")).toBeVisible();
    const snippet = await page.getByRole("listitem").filter({ hasText: "Set it up and call" }).last().innerText();
    const address = /curl '([^']+)'/.exec(snippet)?.[1] ?? "";
    const sent = /-d '(\{.*\})'/s.exec(snippet)?.[1] ?? "";
    expect(JSON.parse(sent)).toMatchObject({ model: chat });
    const answer = await fetch(address, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: sent,
    });
    expect(answer.status).toBe(200);
    await expect(page.getByText(/Your call arrived: /)).toBeVisible({ timeout: 20_000 });
    await page.getByRole("link", { name: "Open this call" }).click();
    await expect(page.getByRole("dialog").getByText(`${providerName}/begun-model`).first()).toBeVisible();

    // Later the key is one of the list, and its text is nowhere.
    await visit(page, `/quickstart?group=${chat}`);
    await page.getByRole("combobox", { name: "Choose a key" }).click();
    await page.getByRole("option", { name: new RegExp(app) }).click();
    await expect(page.getByText("Put it into the environment variable SLUICE_API_KEY first.")).toBeVisible();
    expect(await page.content()).not.toContain(key);
  } finally {
    await upstream.close();
  }
});

test("moving from another gateway names what to bring and leads to the import", async ({ context, page }) => {
  await signIn(context.request);
  await visit(page, "/quickstart");
  for (const system of ["LiteLLM", "New API / One API", "NiceAPI", "AI API Gateway", "API Proxy"])
    await expect(page.getByRole("term").filter({ hasText: system })).toBeVisible();
  await page.getByRole("link", { name: "Open import" }).click();
  await expect(page).toHaveURL(/\/settings\/import/);
});
