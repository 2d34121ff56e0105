import { expect, test } from "@playwright/test";
import { prefer, signIn } from "../support/console.ts";
import { pressUntil, visit } from "../support/journey.ts";

test.beforeEach(({ context }) => signIn(context.request));

test("the palette goes to a page by its English name in a Japanese console, and to a call by its pasted id", async ({
  context,
  page,
  baseURL,
}) => {
  await prefer(context, baseURL ?? "", { locale: "ja" });
  await visit(page, "/keys");
  const palette = page.getByRole("dialog", { name: "検索・移動" });
  await pressUntil(page, ["Control+k"], palette);
  await palette.getByRole("combobox").fill("groups");
  await expect(palette.getByRole("option").first()).toHaveText("グループ");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/groups$/);
  await expect(palette).toBeHidden();

  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("option").first()).toHaveText("グループ");
  await palette.getByRole("combobox").fill("demo-chat");
  await palette.getByRole("option", { name: /^demo-chat ?グループ/ }).click();
  await expect(page).toHaveURL(/\/groups\/grp_/);
  await expect(palette).toBeHidden();

  await page.keyboard.press("Control+k");
  await palette.getByRole("combobox").fill("x-request-id: req_01jd0000000000000000000000");
  await expect(palette.getByRole("option", { selected: true })).toContainText("req_01jd0000000000000000000000");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/logs\/req_01jd0000000000000000000000$/);
});

test("keys go to pages and list themselves, but never while somebody writes or wants none", async ({
  context,
  page,
  baseURL,
}) => {
  await visit(page, "/");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await pressUntil(page, ["?"], sheet);
  await expect(sheet.getByText("Call logs")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/providers$/);

  await visit(page, "/keys?new=true");
  const name = page.getByRole("dialog").getByRole("textbox").first();
  await name.fill("");
  await name.pressSequentially("gr?[");
  await expect(name).toHaveValue("gr?[");
  await expect(page).toHaveURL(/\/keys\?new=true$/);

  await context.addCookies([{ name: "shortcuts", value: "off", url: baseURL ?? "" }]);
  await visit(page, "/settings/appearance");
  await expect(page.getByRole("switch")).not.toBeChecked();
  // The palette is for everybody, and who hears its key would hear the others.
  const palette = page.getByRole("dialog", { name: "Search or jump" });
  await pressUntil(page, ["Control+k"], palette);
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(/\/settings\/appearance$/);
});

test("an ended session leaves what was typed, and comes back to exactly the same address", async ({
  context,
  page,
}) => {
  await visit(page, "/keys?new=true");
  const form = page.getByRole("dialog").filter({ has: page.getByRole("textbox") });
  const name = form.getByRole("textbox").first();
  await name.fill("typed before");
  await context.clearCookies({ name: /session-token/ });
  await form.getByRole("button").last().click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "I have signed in" }).click();
  await expect(dialog.getByText("Not signed in yet.")).toBeVisible();

  await signIn(context.request);
  await dialog.getByRole("button", { name: "I have signed in" }).click();
  await expect(dialog).toBeHidden();
  await expect(name).toHaveValue("typed before");

  await context.clearCookies({ name: /session-token/ });
  await visit(page, "/usage?range=7d&by=provider");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.locator("input[name=username]").fill(process.env.SLUICE_USERNAME ?? "");
  await page.locator("input[name=password]").fill(process.env.SLUICE_PASSWORD ?? "");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/usage\?range=7d&by=provider$/);
});

test("density, number units and the language's own counting are there before any script runs", async ({
  context,
  page,
  request,
  baseURL,
}) => {
  await prefer(context, baseURL ?? "", { locale: "ja" });
  await visit(page, "/settings/appearance");
  await expect(page.getByText("1234.6万")).toBeVisible();
  await page.getByRole("combobox", { name: "数の単位" }).click();
  await page.getByRole("option", { name: "K・M・B" }).click();
  await expect(page.getByText("12.3M")).toBeVisible();
  await page.getByRole("combobox", { name: "密度" }).click();
  await page.getByRole("option", { name: "コンパクト" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-density", "compact");

  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const html = await (await request.get("/settings/appearance", { headers: { cookie } })).text();
  expect(html).toContain('data-density="compact"');
  expect(html).toContain("12.3M");
});
