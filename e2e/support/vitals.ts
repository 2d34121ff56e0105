import type { Page } from "@playwright/test";

type Shift = { value: number; moved: string[] };
type Vitals = { shifts: Shift[]; delays: number[] };

/**
 * Makes every page opened from now on count what moves by itself, and how long it takes to show what somebody did, as
 * the browser measures both for CLS and INP.
 */
export async function observeVitals(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const vitals: Vitals = { shifts: [], delays: [] };
    Object.assign(window, { vitals });
    type ShiftEntry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
    const nameOf = (node: Node | null) =>
      node instanceof Element ? `${node.tagName.toLowerCase()}.${[...node.classList].slice(0, 3).join(".")}` : "text";
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as ShiftEntry[])
        if (!entry.hadRecentInput)
          vitals.shifts.push({ value: entry.value, moved: entry.sources.map(({ node }) => nameOf(node)) });
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId: number })[])
        if (entry.interactionId > 0) vitals.delays.push(entry.duration);
    }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** What has moved on this page since it was opened; the sum of the values is never less than its CLS. */
export const shiftsOf = (page: Page): Promise<Shift[]> =>
  page.evaluate(() => (window as unknown as { vitals: Vitals }).vitals.shifts);

/** The longest delay of what was done since it was asked last, in ms; 0 = each was shown within two frames. */
export async function longestDelay(page: Page): Promise<number> {
  // Told once the frame after the event was drawn.
  await page.waitForTimeout(150);
  return page.evaluate(() => Math.max(0, ...(window as unknown as { vitals: Vitals }).vitals.delays.splice(0)));
}
