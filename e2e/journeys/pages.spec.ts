import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import english from "../../messages/en.json" with { type: "json" };
import { adminPost, complaints, locales, pages, prefer, signIn, themes } from "../support/console.ts";

/** next-intl shows the key itself where a message is missing, as in `logs.filters.range`. */
const missingMessage = new RegExp(`\\b(?:${Object.keys(english).join("|")})\\.[a-zA-Z]+\\b`);

/** The pages of single objects, with something to show on each. */
const objectPages: string[] = [];

test.beforeAll(async ({ playwright }) => {
  // Runs again after whatever fails, so the names tell the moment.
  const own = `pages-${Date.now()}`;
  const request = await playwright.request.newContext({ baseURL: process.env.SLUICE_BASE_URL });
  const { id, key } = await adminPost<{ id: string; key: string }>(request, "keys", {
    name: own,
    groups: ["demo-chat"],
    limits: { budgetUsd: { day: "5", month: "0.000000001", total: "1000" }, rpm: 600, tpm: 2_000_000 },
  });
  const provider = await adminPost<{ id: string; deployments: { id: string }[] }>(request, "providers", {
    name: own,
    protocol: "openai",
    baseUrl: "http://127.0.0.1:9/v1",
    deployments: [
      { model: "a", quota: { requestsPerPeriod: 10, tokensPerPeriod: 2_000_000, total: 5_000 }, callPrice: "0.5" },
      { model: "spent", quota: { total: 0 }, maxConcurrent: 4 },
    ],
  });
  const group = await adminPost<{ id: string }>(request, "groups", {
    name: own,
    strategy: "smart",
    members: provider.deployments.map((deployment, index) => ({ deploymentId: deployment.id, weight: index })),
  });
  objectPages.push(`/keys/${id}`, `/providers/${provider.id}`, `/groups/${group.id}`);
  for (let i = 0; i < 3; i++)
    await request.post("/api/v1/chat/completions", {
      headers: { authorization: `Bearer ${key}` },
      data: { model: "demo-chat", messages: [{ role: "user", content: "Hello" }] },
    });
  await request.dispose();
});

/** Animations that end have ended: a colour on its way is nobody's colour. */
const settled = (page: Page) =>
  page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished.catch(() => undefined)),
    ).then(() => undefined),
  );

async function graveFaults(page: Page, path: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ target }) => target).join(" ")}`);
}

for (const locale of locales)
  test(`N14, N16, P8, P26, S53, S54, C21: every page opens in ${locale} without an error, in its language, is named, and fits 320 px`, async ({
    context,
    page,
    baseURL,
  }) => {
    test.setTimeout(120_000);
    await signIn(context.request);
    await prefer(context, baseURL ?? "", { locale });
    const found = complaints(page);
    for (const path of [...pages, ...objectPages]) {
      await page.setViewportSize({ width: 1280, height: 720 });
      await page.goto(path);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect.soft(await page.title(), path).toContain("Sluice");
      expect.soft(await page.locator("body").innerText(), path).not.toMatch(missingMessage);
      await page.setViewportSize({ width: 320, height: 640 });
      const excess = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await expect.soft.poll(excess, { message: path }).toBeLessThanOrEqual(0);
    }
    expect(found).toEqual([]);
  });

for (const locale of ["en", "ja"] as const)
  test(`no page has a serious accessibility fault, light or dark (${locale})`, async ({ context, page, baseURL }) => {
    test.setTimeout(420_000);
    await signIn(context.request);
    await prefer(context, baseURL ?? "", { locale });
    for (const path of [...pages, ...objectPages]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      for (const theme of themes) {
        await page.locator("html").evaluate((html, chosen) => html.setAttribute("data-theme", chosen), theme);
        await settled(page);
        expect.soft(await graveFaults(page, path), theme).toEqual([]);
      }
    }
  });
