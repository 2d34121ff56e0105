import { gzipSync } from "node:zlib";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import { adminPost, adminSend, pages, signIn } from "../support/console.ts";

const kilobyte = 1024;
/** What the call log may send before anybody has touched anything, in KB after gzip. */
const mostOfLogs = 260;
/** No page is far from that. */
const mostOfAnyPage = 320;
/** Charts are fetched behind the page that has something to draw. */
const mostWithCharts = 400;
const publicGroups = 11;
const mostOfPublicPage = 150;

/** The scripts a page names: what it runs, and what it asks for ahead. Those for old browsers are never fetched. */
function scriptsOf(html: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/gi) ?? [];
  return tags.flatMap((tag) => {
    if (/\snomodule\b/i.test(tag)) return [];
    const isAhead = /\srel="(?:modulepreload|preload)"/i.test(tag) && /\.js\b/.test(tag);
    const address = /^<script/i.test(tag) ? /\ssrc="([^"]+)"/i.exec(tag) : isAhead && /\shref="([^"]+)"/i.exec(tag);
    return address ? [address[1] ?? ""] : [];
  });
}

/** Opens a page and touches nothing. Resolves to every script the browser has fetched once the network is quiet. */
async function scriptsFetched(page: Page, path: string): Promise<string[]> {
  const fetched = new Set<string>();
  const note = (request: { resourceType(): string; url(): string }) => {
    if (request.resourceType() === "script") fetched.add(new URL(request.url()).pathname);
  };
  page.on("request", note);
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // The live stream of a page never ends, so the network is quiet when no script has come for a while.
  for (let before = -1; before !== fetched.size; ) {
    before = fetched.size;
    await page.waitForTimeout(1_500);
  }
  page.off("request", note);
  return [...fetched];
}

const sizes = new Map<string, number>();
/** Bytes of a script after gzip. */
async function gzipped(request: APIRequestContext, address: string): Promise<number> {
  const path = new URL(address, "http://console.example").pathname;
  const known = sizes.get(path);
  if (known !== undefined) return known;
  const size = gzipSync(await (await request.get(path)).body()).length;
  sizes.set(path, size);
  return size;
}

async function weightOf(page: Page, path: string): Promise<{ named: number; fetched: number }> {
  const html = await (await page.request.get(path)).text();
  const total = async (addresses: Iterable<string>) => {
    let bytes = 0;
    for (const address of new Set(addresses)) bytes += await gzipped(page.request, address);
    return bytes / kilobyte;
  };
  return { named: await total(scriptsOf(html)), fetched: await total(await scriptsFetched(page, path)) };
}

test("C9: the call log needs at most 260 KB of scripts, named by its page or fetched before anything is touched", async ({
  context,
  page,
}) => {
  await signIn(context.request);
  const { named, fetched } = await weightOf(page, "/logs");
  // A page that names nothing was not measured.
  expect(named).toBeGreaterThan(100);
  expect(named).toBeLessThanOrEqual(mostOfLogs);
  expect(fetched).toBeLessThanOrEqual(mostOfLogs);
});

test("no page needs far more scripts than the call log", async ({ context, page }) => {
  test.setTimeout(300_000);
  await signIn(context.request);
  const table: { page: string; named: number; fetched: number }[] = [];
  for (const path of pages) {
    const { named, fetched } = await weightOf(page, path);
    table.push({ page: path, named: Math.round(named), fetched: Math.round(fetched) });
    expect.soft(named, path).toBeLessThanOrEqual(mostOfAnyPage);
    expect.soft(fetched, path).toBeLessThanOrEqual(mostWithCharts);
  }
  console.table(table);
});

test("the public status page of eleven groups is at most 150 KB before compression", async ({ page }) => {
  for (let group = 0; group < publicGroups; group++)
    await adminPost(page.request, "groups", { name: `public-${group}-${Date.now()}`, members: [] });
  await adminSend(page.request, "PATCH", "settings", { publicStatus: "groups" });
  let html = "";
  let strips = 0;
  try {
    // What the public page tells is read again every half minute.
    await expect(async () => {
      html = await (await page.request.get("/status/public")).text();
      strips = (html.match(/role="img"/g)?.length ?? 0) / 2;
      expect(strips).toBeGreaterThanOrEqual(publicGroups);
    }).toPass({ timeout: 45_000 });
  } finally {
    await adminSend(page.request, "PATCH", "settings", { publicStatus: "off" });
  }
  // Other journeys have left groups of their own, which are on the page as well.
  expect((html.length / kilobyte) * (publicGroups / strips)).toBeLessThanOrEqual(mostOfPublicPage);
});
