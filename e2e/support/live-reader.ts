import type { CDPSession, Page } from "@playwright/test";

/** What somebody who reads the call log has before the eyes. */
export type Sight = { scrollTop: number; row: string | null };

/** Scrolls down in the list and rests the pointer on a row. */
export async function settleInList(page: Page, scrollTop: number): Promise<Sight> {
  await page.evaluate((top) => window.scrollTo(0, top), scrollTop);
  const size = page.viewportSize();
  await page.mouse.move((size?.width ?? 1280) / 2, (size?.height ?? 720) / 2);
  return sightOf(page);
}

/** How far the page is scrolled, and the id of the call under the middle of the window. */
export function sightOf(page: Page): Promise<Sight> {
  return page.evaluate(() => {
    const at = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 2);
    return { scrollTop: window.scrollY, row: at?.closest("[data-call]")?.getAttribute("data-call") ?? null };
  });
}

/** Ids of the groups whose calls the list shows. */
export function groupsShown(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cells = [...document.querySelectorAll("[data-call] [data-filter=group]")];
    return [...new Set(cells.map((cell) => cell.getAttribute("data-value") ?? ""))];
  });
}

const heapMostMs = 60_000;

/** Bytes of the heap that are in use after a collection. @throws where the page takes a minute and more for it */
export async function heapBytes(session: CDPSession): Promise<number> {
  const read = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the page did not tell its heap in ${heapMostMs} ms`)), heapMostMs);
  });
  return await Promise.race([read(), late]).finally(() => clearTimeout(timer));
}

/** Sends `perSecond` requests a second for so long, whatever becomes of each. Answers how many were answered. */
export async function sendEvenly(
  send: (index: number) => Promise<boolean>,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<{ sent: number; answered: number }> {
  const startedAt = performance.now();
  const underWay = new Set<Promise<void>>();
  let [sent, answered] = [0, 0];
  const one = async (index: number) => {
    if (await send(index).catch(() => false)) answered++;
  };
  for (;;) {
    const elapsed = (performance.now() - startedAt) / 1000;
    if (elapsed >= seconds) break;
    for (; sent < elapsed * perSecond; sent++) {
      const sending: Promise<void> = one(sent).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Promise.all(underWay);
  return { sent, answered };
}
