import { expect, type Locator, test } from "@playwright/test";
import { jsonScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { adminPost, signIn } from "../support/console.ts";
import { ownName, visit } from "../support/journey.ts";

const mostTaps = 4;

for (const width of [320, 390]) {
  test(`from an alert's link a provider is held in at most ${mostTaps} taps on a phone of ${width} px`, async ({
    browser,
    baseURL,
  }) => {
    test.slow();
    const upstream = await startScriptedUpstream();
    upstream.respond(jsonScript(503, { error: { message: "overloaded" } }));
    const context = await browser.newContext({
      ...{ baseURL, viewport: { width, height: 720 }, hasTouch: true, isMobile: true, locale: "en-US" },
    });
    const page = await context.newPage();
    try {
      await signIn(context.request);
      const name = ownName(`pager-${width}`);
      const provider = await adminPost<{ deployments: { id: string }[] }>(page.request, "providers", {
        ...{ name, protocol: "openai", baseUrl: `${upstream.origin}/v1`, apiKey: "sk-upstream", retries: 0 },
        deployments: [{ model: "pager-model" }],
      });
      const [deployment] = provider.deployments;
      const members = [{ deploymentId: deployment?.id }];
      await adminPost(page.request, "groups", { name: `${name}-chat`, members });

      let taps = 0;
      const tap = async (target: Locator) => {
        // A thumb's width, and wholly on the screen, once it has come to rest.
        await expect(async () => {
          const box = await target.boundingBox();
          expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
          expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? width) <= width).toBe(true);
        }).toPass({ timeout: 20_000 });
        taps++;
        await target.tap();
      };
      // The first tap is the one on the link in the alert.
      taps++;
      await visit(page, `/status?sel=${deployment?.id}`);
      const sheet = page.getByRole("dialog", { name: `${name}/pager-model` });
      await tap(sheet.getByRole("button", { name: "Hold" }));
      const ask = page.getByRole("dialog", { name: /^Hold / });
      await expect(ask.getByRole("link", { name: `${name}-chat` })).toBeVisible();
      await tap(ask.getByRole("button", { name: "Hold" }));
      await expect(sheet.getByText(/^Held since/)).toBeVisible({ timeout: 20_000 });
      expect(taps).toBeLessThanOrEqual(mostTaps);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    } finally {
      await context.close();
      await upstream.close();
    }
  });
}
