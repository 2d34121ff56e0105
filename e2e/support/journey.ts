import { expect, type Locator, type Page, type Response, test } from "@playwright/test";

/** A name of this try alone: a second one, on the same server, meets everything the first one made. */
export function ownName(name: string): string {
  const { project, repeatEachIndex, retry } = test.info();
  return `${name}-${repeatEachIndex * (project.retries + 1) + retry}`;
}

/** Waits until a page that was loaded hears what is done to it: React has taken over each of its controls. */
export async function heard(page: Page): Promise<void> {
  const deaf = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("button, input, select, textarea")]
        .filter((control) => !Object.keys(control).some((name) => name.startsWith("__reactProps$")))
        .map((control) => control.outerHTML.slice(0, 120)),
    );
  // Asked again as well when the page leads on to another one just then.
  await expect(async () => expect(await deaf()).toEqual([])).toPass({ timeout: 30_000 });
}

/** Opens an address as somebody does who begins to work once the page is there. */
export async function visit(page: Page, address: string): Promise<Response | null> {
  const answer = await page.goto(address);
  await heard(page);
  return answer;
}

/** Presses keys, one after the other, until their effect is seen: right after a page has come nothing may hear them. */
export async function pressUntil(page: Page, keys: readonly string[], effect: Locator): Promise<void> {
  await expect(async () => {
    if (!(await effect.isVisible())) for (const key of keys) await page.keyboard.press(key);
    await expect(effect).toBeVisible({ timeout: 5_000 });
  }).toPass();
}
