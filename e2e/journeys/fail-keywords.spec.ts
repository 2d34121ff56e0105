import { type APIRequestContext, expect, test } from "@playwright/test";
import { adminSend, signIn } from "../support/console.ts";
import { heard, visit } from "../support/journey.ts";

/** Without a rule: each journey begins so, and what others ask is not to meet what it made. */
async function withoutRules({ request }: { request: APIRequestContext }): Promise<void> {
  const { items } = await adminSend<{ items: { id: string }[] }>(request, "GET", "fail-keywords?limit=500");
  for (const { id } of items) await adminSend(request, "DELETE", `fail-keywords/${id}`);
}
test.beforeEach(withoutRules);
test.afterEach(withoutRules);

test("a rule is added in one click, tried on a pasted answer and on past ones, and moved by the keyboard", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  await visit(page, "/fail-keywords");
  await page.getByRole("button", { name: "Add rule: Quota or credit used up" }).click();
  await page.getByRole("button", { name: "Add rule: Empty answer" }).click();
  const rules = page.getByRole("list", { name: "Fail keywords" }).getByRole("listitem");
  await expect(rules).toHaveCount(2);

  await page
    .getByLabel("Answer", { exact: true })
    .fill(JSON.stringify({ choices: [{ message: { content: "Sorry, your quota is used up." } }] }));
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(page.getByText("The next provider would be asked.")).toBeVisible();
  await expect(page.locator("mark")).toHaveText("quota is used up");

  await page.getByRole("button", { name: /^Move “Empty answer”/ }).focus();
  await page.keyboard.press("ArrowUp");
  await expect(rules.first()).toContainText("Empty answer");
  await page.reload();
  await heard(page);
  await expect(rules.first()).toContainText("Empty answer");

  await rules
    .nth(1)
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Look at past answers" }).click();
  await expect(page.getByText(/Would have caught \d/)).toBeVisible();
});

test("a rule on the end of answers says what it lacks, how far it reaches in streams, and what it makes of an answer", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  await visit(page, "/fail-keywords");
  await page.getByRole("button", { name: "Add rule", exact: true }).first().click();
  const form = page.getByRole("dialog", { name: "Add a rule" });
  await form.getByRole("combobox", { name: "Match" }).click();
  await page.getByRole("option", { name: "Finish reason" }).click();
  await expect(form.getByText(/of a longer one the beginning is sent already/)).toBeVisible();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText("This field is required.")).toBeVisible();
  await form.getByRole("checkbox", { name: "Ran out of tokens (length)" }).click();
  const cut = { choices: [{ message: { content: "Half a sen" }, finish_reason: "length" }] };
  await form.getByLabel("Answer", { exact: true }).fill(JSON.stringify(cut));
  await form.getByRole("button", { name: "Try", exact: true }).click();
  await expect(form.getByText("The next provider would be asked.")).toBeVisible();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  const rules = page.getByRole("list", { name: "Fail keywords" }).getByRole("listitem");
  const rule = rules.filter({ hasText: "Ran out of tokens (length)" });
  await expect(rule).toBeVisible();
  await rule.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByText("Ran out of tokens (length) deleted")).toBeVisible();
});
