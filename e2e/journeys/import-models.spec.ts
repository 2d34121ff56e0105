import { expect, test } from "@playwright/test";
import { chatScript, jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, signIn } from "../support/console.ts";
import { heard, ownName, visit } from "../support/journey.ts";

const models = [
  { id: "acme/quick-1", context_length: 32_768, pricing: { prompt: "0.0000005", completion: "0.000002" } },
  { id: "acme/quick-1-mini", context_length: 32_768, pricing: { prompt: "0.0000001", completion: "0.0000004" } },
  { id: "acme/slow-1", context_length: 32_768 },
];

test("models are imported by filter and pattern into a group, answer a call, and go again with an undo", async ({
  context,
  page,
}) => {
  const upstream = await startScriptedUpstream();
  const list = jsonScript(200, { data: models });
  upstream.respond(({ request, ...exchange }) =>
    (request.method === "GET" ? list : chatScript(["Hello from the import."]))({ request, ...exchange }),
  );
  const name = ownName("importer");
  const group = ownName("imported");
  try {
    const data = { name, protocol: "openai", baseUrl: `${upstream.origin}/v1`, apiKey: "sk-import-secret-1234" };
    const provider = await adminPost<{ id: string }>(context.request, "providers", data);
    await signIn(context.request);
    await visit(page, `/providers/${provider.id}?tab=models`);
    await page.getByRole("link", { name: "Add from its list" }).first().click();

    await expect(page.getByText("3 models listed")).toBeVisible();
    await page.getByLabel(/^Include/).fill("quick");
    await page.getByLabel(/^Exclude/).fill("*-mini");
    await expect(page.getByRole("tab", { name: "New (1)" })).toBeVisible();
    await expect(page.getByText("$0.50 · $2.00")).toBeVisible();
    await page.getByRole("checkbox", { name: /acme\/quick-1/ }).click();
    await page.getByRole("button", { name: "Continue" }).click();

    await page.getByLabel("Name", { exact: true }).fill("{provider}.{last}");
    await page.getByLabel("Output price of acme/quick-1").fill("1.5");
    await page.getByRole("combobox", { name: "Groups" }).click();
    await page.getByRole("option", { name: "All in one group" }).click();
    await page.getByLabel("Group name").fill(group);
    // Nothing that was typed is lost by a look back, or by a reload.
    await page.reload();
    await heard(page);
    await expect(page.getByLabel("Name of acme/quick-1")).toHaveValue(`${name}.quick-1`);
    await expect(page.getByLabel("Output price of acme/quick-1")).toHaveValue("1.5");
    await page.getByRole("button", { name: "Continue" }).click();

    await expect(page.getByText("1 model is added.")).toBeVisible();
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("1 added")).toBeVisible();
    // Only what is over can be taken back.
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();

    const { key } = await adminPost<{ key: string }>(context.request, "keys", { name: group, groups: [group] });
    const answer = await page.request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: group, messages: [{ role: "user", content: "Hi" }] },
    });
    expect(await answer.text()).toContain("Hello from the import.");
    expect(upstream.requests.at(-1)?.json()).toMatchObject({ model: "acme/quick-1" });

    await page.getByRole("link", { name: "To the provider" }).click();
    await expect(page.getByRole("row", { name: new RegExp(`${name}.quick-1`) })).toContainText("$0.50 · $1.50");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText("No models yet", { exact: true })).toBeVisible();
    // The key names the group by now, so that stays.
    await page.getByRole("list", { name: "Imports" }).getByRole("link").first().click();
    await expect(page.getByText(`Group ${group}`)).toBeVisible();
  } finally {
    await upstream.close();
  }
});

test("what is new in a list is told and reviewed, and everything behind a key goes and comes back", async ({
  context,
  page,
}) => {
  const upstream = await startScriptedUpstream();
  const offer = (...ids: string[]) => upstream.json(200, { data: ids.map((id) => ({ id })) });
  const name = ownName("changing");
  try {
    offer("first");
    const secret = `sk-${name}-account-7q8W`;
    const data = { name, protocol: "openai", baseUrl: `${upstream.origin}/v1`, apiKey: secret };
    const { id } = await adminPost<{ id: string }>(context.request, "providers", data);
    const job = await adminPost<{ id: string }>(context.request, `providers/${id}/import`, {});
    await signIn(context.request);
    await visit(page, `/providers/${id}/import?job=${job.id}`);
    await expect(page.getByText("1 added")).toBeVisible();

    // After an import another one begins at its first step, and stays there while models are chosen.
    offer("first", "second");
    await page.getByRole("button", { name: "Import more" }).click();
    await page.getByRole("checkbox", { name: /second/ }).click();
    await expect(page.getByRole("button", { name: "Choose models" })).toHaveAttribute("aria-current", "step");

    await visit(page, `/providers/${id}?tab=models`);
    await page.getByRole("button", { name: "Look now" }).click();
    await expect(page.getByText("1 new model")).toBeVisible();
    await visit(page, "/providers");
    await page
      .getByRole("row", { name: new RegExp(name) })
      .getByRole("link", { name: "1 new in its list" })
      .click();
    await page.getByRole("link", { name: "Review" }).click();
    await expect(page.getByRole("checkbox", { name: /second/ })).toBeChecked();
    await visit(page, `/providers/${id}?tab=models`);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await expect(page.getByText("1 new model")).toHaveCount(0);

    await visit(page, "/providers");
    await page.getByRole("button", { name: "Remove by key" }).click();
    const pick = page.getByRole("dialog");
    await pick.getByRole("searchbox").fill(name);
    await pick.getByRole("button", { name: `Choose the key …7q8W of ${name}` }).click();
    const confirm = page.getByRole("dialog", { name: /Remove everything behind …7q8W/ });
    await expect(confirm.getByText("The provider goes, with 1 model.")).toBeVisible();
    await expect(confirm.getByText("No calls in the last 7 days.")).toBeVisible();
    await confirm.getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("row", { name: new RegExp(name) })).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("row", { name: new RegExp(name) })).toBeVisible();
    await expect(page.getByText(secret)).toHaveCount(0);
  } finally {
    await upstream.close();
  }
});
