import { type Browser, expect, type Page, test } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { adminPost, signIn } from "../support/console.ts";
import { heard, ownName, visit } from "../support/journey.ts";

const owner = () => process.env.SLUICE_USERNAME ?? "";
const password = "a-long-enough-word-7";

/** Somebody else's browser: nothing of the owner's session is in it. */
async function otherBrowser(browser: Browser, baseURL: string | undefined): Promise<Page> {
  return (await browser.newContext({ baseURL, locale: "en-US", timezoneId: "UTC" })).newPage();
}

/** The owner invites somebody, who follows the link in a browser of their own and is signed in there. */
async function join(ownerPage: Page, guest: Page, username: string): Promise<string> {
  await visit(ownerPage, "/users");
  await ownerPage.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = ownerPage.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(username);
  await dialog.getByRole("button", { name: "Make link" }).click();
  const ready = ownerPage.getByRole("dialog", { name: "Invitation ready" });
  const link = await ready.getByRole("textbox", { name: "Link" }).inputValue();
  // The link is good for days, so a time of day alone would not tell when it ends.
  const ends = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000);
  await expect(ready).toContainText(String(ends.getUTCFullYear()));
  await ready.getByRole("button", { name: "I have copied it" }).click();
  await expect(ownerPage.getByRole("row", { name: new RegExp(`^${username} Operator`) })).toBeVisible();

  await visit(guest, link);
  await expect(guest.getByText(`${owner()} invited you. Your role: Operator.`)).toBeVisible();
  await expect(guest.getByLabel("Name", { exact: true })).toHaveValue(username);
  await guest.getByLabel("Password", { exact: true }).fill(password);
  await guest.getByRole("button", { name: "Create account and sign in" }).click();
  await expectOverview(guest);
  return link;
}

/** After a sign-in, which reads a slow hash and loads the console anew. */
async function expectOverview(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible({ timeout: 20_000 });
  await heard(page);
}

async function leave(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login$/);
}

async function enter(page: Page, username: string, code: string): Promise<void> {
  await visit(page, "/login");
  await page.getByLabel("Name", { exact: true }).fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Code of your authenticator app").fill(code);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an invited operator makes an account once, sees what the role may, and is out the moment it is disabled", async ({
  context,
  page,
  browser,
  baseURL,
}) => {
  await signIn(context.request);
  const guest = await otherBrowser(browser, baseURL);
  const username = ownName("journey-operator");
  const link = await join(page, guest, username);

  await expect(guest.getByRole("link", { name: "Users & roles" })).toHaveCount(0);
  await visit(guest, "/users");
  await expect(guest.getByText("This page needs the role Admin")).toBeVisible();
  await expect(guest.getByText(new RegExp(`Your role is Operator\\. ${owner()}\\b.* can change it\\.`))).toBeVisible();
  const stranger = await otherBrowser(browser, baseURL);
  await stranger.goto(link);
  await expect(stranger.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await stranger.context().close();

  // Prompts and answers are decided for each account; what was decided is what is stored.
  await visit(page, `/users?q=${username}`);
  const bodies = page.getByRole("combobox", { name: `Prompts and answers for ${username}` });
  await expect(bodies).toHaveText("As role: reads");
  for (const [choice, may] of [
    ["No", false],
    ["Reads", true],
  ] as const) {
    await bodies.click();
    await page.getByRole("option", { name: choice, exact: true }).click();
    await expect(async () => {
      const { items } = await (await page.request.get(`/api/admin/users?q=${username}`)).json();
      expect(items[0].mayReadBodies).toBe(may);
    }).toPass({ timeout: 30_000 });
    await expect(bodies).toHaveText(choice);
  }

  await visit(guest, "/keys");
  await page.getByRole("button", { name: `Actions for ${username}` }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await page
    .getByRole("dialog", { name: `Disable ${username}?` })
    .getByRole("button", { name: "Disable" })
    .click();
  await expect(page.getByRole("row", { name: new RegExp(`${username} Disabled`) })).toBeVisible();
  expect((await guest.request.get("/api/admin/status")).status()).toBe(401);
  await visit(guest, "/groups");
  await expect(guest).toHaveURL(/\/login\?next=%2Fgroups$/);
  await guest.context().close();
});

test("a second factor is set up with its code, asked for at sign-in, and a recovery code stands in for it once", async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const guest = await otherBrowser(browser, baseURL);
  const username = ownName("journey-careful");
  const invite = { role: "operator", username, validHours: 1 };
  const { path } = await adminPost<{ path: string }>(guest.request, "invites", invite);
  const made = await guest.request.post("/api/invite", {
    data: { token: path.replace("/invite/", ""), username, password },
  });
  expect(made.status()).toBe(201);
  await signIn(guest.request, { username, password });

  await visit(guest, "/settings/security");
  await guest.getByRole("button", { name: "Set up" }).click();
  await expect(guest.getByRole("img", { name: "QR code for the authenticator app" })).toBeVisible();
  const secret = (await guest.locator("form code").first().textContent()) ?? "";
  const app = new TOTP({ algorithm: "SHA1", digits: 6, period: 30, secret: Secret.fromBase32(secret) });
  const first = Date.now();
  await guest.getByLabel("Code", { exact: true }).fill(app.generate({ timestamp: first }));
  await guest.getByRole("button", { name: "Turn on" }).click();
  const codes = ((await guest.getByRole("region", { name: "Recovery codes" }).textContent()) ?? "").trim().split(/\s+/);
  expect(codes).toHaveLength(10);
  await guest.getByRole("button", { name: "I have stored them" }).click();
  await expect(guest.getByText("10 recovery codes are left.")).toBeVisible();

  // A code works once, so that of the next half minute is used.
  await leave(guest);
  await enter(guest, username, app.generate({ timestamp: Math.max(Date.now(), first + 30_000) }));
  await expectOverview(guest);
  await leave(guest);
  await enter(guest, username, codes[0] ?? "");
  await expectOverview(guest);
  await leave(guest);
  await enter(guest, username, codes[0] ?? "");
  await expect(guest.getByText("This code is not valid now.")).toBeVisible();
  await guest.context().close();
});

test("the last owner stays one, and an admin token may do what its role may", async ({ context, page, request }) => {
  await signIn(context.request);
  await visit(page, `/users?q=${owner()}`);
  const role = page.getByRole("combobox", { name: `Role of ${owner()}` });
  await role.click();
  await page.getByRole("option", { name: /^Admin/ }).click();
  await expect(page.getByText("This is the last owner. Make somebody else an owner first.").first()).toBeVisible();
  await expect(role).toHaveText("Owner");

  const tokenName = ownName("journey-reader");
  await visit(page, "/settings/security");
  await page.getByRole("button", { name: "Create token" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name", { exact: true }).fill(tokenName);
  await form.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: /^Analyst/ }).click();
  await form.locator("button[type=submit]").click();
  const reveal = page.getByRole("dialog", { name: "Token created" });
  const token = await reveal.getByRole("textbox", { name: "Admin token" }).inputValue();
  await reveal.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`${tokenName}.*Analyst`) })).toBeVisible();
  const headers = { authorization: `Bearer ${token}` };
  expect((await request.get("/api/admin/groups", { headers })).status()).toBe(200);
  expect((await request.post("/api/admin/groups", { headers, data: { name: "no" } })).status()).toBe(403);
});
