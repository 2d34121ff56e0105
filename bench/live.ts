/**
 * The call log while it is live: `npm run bench:live -- --minutes 10 --rate 200`. A server of its own answers so many
 * calls a second from a canned upstream, while a browser has the live log open twice, with a filter and without, each
 * with a reader scrolled down and the pointer at rest on a row. Promised: nothing moves there, the heap of neither page
 * grows by 30 MB from the first minute (or the first fifth, if that is shorter) to the end, and what is filtered shows
 * nothing else. Needs a build and a Chromium. Ends with 1 where a promise is broken.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CDPSession, chromium, type Page } from "@playwright/test";
import { groupsShown, heapBytes, type Sight, sendEvenly, settleInList, sightOf } from "../e2e/support/live-reader.ts";
import { createRoute, type Route } from "../e2e/support/routes.ts";
import { startSluice } from "../e2e/support/start-sluice.ts";
import { findBrowser } from "../scripts/browser.mjs";
import { forkHere, nextMessage } from "./load-client.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, rate: { type: "string", default: "200" } },
});
const [seconds, perSecond] = [Number(values.minutes) * 60, Number(values.rate)];
const heapMost = 30 * 1024 * 1024;
const lookEveryMs = 1_000;

type Reader = {
  name: string;
  page: Page;
  session: CDPSession;
  first: Sight;
  looks: number;
  moved: Sight[];
  heapBefore: number;
  heapAfter: number;
  groups: string[];
};

const username = "owner";
const password = "bench-live-password-1";
const sluice = await startSluice({ door: "node", env: { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } });
const upstream = forkHere("./upstream.ts");
const browser = await chromium.launch({
  executablePath: findBrowser() ?? undefined,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

/** What the first call that was not answered was told. */
let refusal: string | null = null;

async function call(route: Route): Promise<boolean> {
  try {
    const answer = await fetch(`${sluice.baseUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${route.key}` },
      body: JSON.stringify({ model: route.model, messages: [{ role: "user", content: "Hello" }] }),
    });
    const text = await answer.text();
    if (!answer.ok) refusal ??= `${answer.status} ${text.slice(0, 300)}`;
    return answer.ok;
  } catch (error) {
    refusal ??= error instanceof Error ? `${error.message}: ${error.cause}` : String(error);
    return false;
  }
}

/** What the live stream itself tells of a filter, for as long as it is followed. */
async function follow(
  filter: string,
  signal: AbortSignal,
): Promise<{ told: number; foreign: number; dropped: number }> {
  const counts = { told: 0, foreign: 0, dropped: 0 };
  const query = new URLSearchParams({ topics: "calls", filter });
  const wanted = new URLSearchParams(filter).get("group");
  const answer = await fetch(`${sluice.baseUrl}/api/admin/events?${query}`, {
    headers: { authorization: `Bearer ${sluice.adminToken}` },
    signal,
  });
  let rest = "";
  try {
    for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.filter((one) => one.startsWith("data: "))) {
        const event = JSON.parse(line.slice(6)) as { group?: { name: string }; count?: number };
        if (event.group === undefined) counts.dropped += event.count ?? 0;
        else if (event.group?.name === wanted) counts.told++;
        else counts.foreign++;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return counts;
}

async function openReader(name: string, query: string): Promise<Reader> {
  const context = await browser.newContext({ baseURL: sluice.baseUrl, locale: "en-US" });
  const page = await context.newPage();
  await page.goto("/login", { timeout: 60_000 });
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  await page.locator("input[name=password]").press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/login"), { timeout: 60_000 });
  await page.goto(`/logs?live=true${query}`, { timeout: 60_000 });
  await page.locator("[data-call]").nth(40).waitFor({ timeout: 60_000 });
  const session = await context.newCDPSession(page);
  const first = await settleInList(page, 600);
  if (first.row === null) throw new Error(`no row under the pointer of "${name}"`);
  return { name, page, session, first, looks: 0, moved: [], heapBefore: 0, heapAfter: 0, groups: [] };
}

async function watch(reader: Reader, endsAt: number): Promise<void> {
  const startedAt = performance.now();
  const warmMs = Math.min(60_000, (endsAt - startedAt) / 5);
  while (performance.now() < endsAt) {
    await wait(lookEveryMs);
    const sight = await sightOf(reader.page);
    reader.looks++;
    if (sight.scrollTop !== reader.first.scrollTop || sight.row !== reader.first.row) reader.moved.push(sight);
    if (reader.heapBefore === 0 && performance.now() - startedAt >= warmMs)
      reader.heapBefore = await heapBytes(reader.session);
  }
  reader.heapAfter = await heapBytes(reader.session);
}

/** What waited behind the pill, shown. */
async function release({ page }: Reader): Promise<void> {
  await page.getByRole("button", { name: /new calls/ }).click({ timeout: 30_000 });
  await wait(2_000);
}

try {
  const { port } = await nextMessage<{ port: number }>(upstream);
  const origin = `http://127.0.0.1:${port}`;
  const routes = [
    await createRoute(sluice.admin, [{ origin }]),
    await createRoute(sluice.admin, [{ origin }]),
  ] as const;
  const [often, seldom] = routes;
  // Pages to scroll in.
  await sendEvenly((index) => call(routes[index % 2] as Route), { perSecond: 50, seconds: 4 });
  await wait(2_000);
  const filter = `group=${seldom.model}`;
  const readers = [await openReader("without a filter", ""), await openReader("with a filter", `&${filter}`)];

  const following = new AbortController();
  const stream = follow(filter, following.signal);
  let meant = 0;
  const load = sendEvenly(
    async (index) => {
      const route = index % 4 === 0 ? seldom : often;
      const isAnswered = await call(route);
      if (route === seldom && isAnswered) meant++;
      return isAnswered;
    },
    { perSecond, seconds },
  );
  const endsAt = performance.now() + seconds * 1000;
  await Promise.all(readers.map((reader) => watch(reader, endsAt)));
  const { sent, answered } = await load;
  await wait(2_000);
  following.abort();
  const told = await stream;
  const filtered = readers[1] as Reader;
  await release(filtered);
  filtered.groups = await groupsShown(filtered.page);

  const failures: string[] = [];
  const say = (text: string, isKept: boolean) => {
    process.stdout.write(`${isKept ? "ok    " : "MISSED"}  ${text}\n`);
    if (!isKept) failures.push(text);
  };
  process.stdout.write(
    `${sent} calls in ${seconds} s (${(sent / seconds).toFixed(0)} a second), ${answered} answered\n`,
  );
  say(`every call was answered${refusal === null ? "" : ` (${refusal})`}`, answered === sent);
  for (const { name, looks, moved, first, heapBefore, heapAfter } of readers) {
    const where = moved[0] && ` (first: ${JSON.stringify(first)} became ${JSON.stringify(moved[0])})`;
    say(`${name}: nothing moved in ${looks} looks${where ?? ""}`, moved.length === 0 && looks > 0);
    const grown = (heapAfter - heapBefore) / 1024 / 1024;
    const text = `${(heapBefore / 1024 / 1024).toFixed(1)} → ${(heapAfter / 1024 / 1024).toFixed(1)} MB`;
    say(`${name}: heap ${text}, ${grown.toFixed(1)} of 30 MB more`, heapAfter - heapBefore < heapMost);
  }
  say(
    `the filtered page shows ${filtered.groups.join(", ")} only`,
    filtered.groups.length === 1 && filtered.groups[0] === seldom.model,
  );
  say(
    `the filtered stream told ${told.told} of ${meant} calls, ${told.foreign} others, left out ${told.dropped}`,
    told.foreign === 0 && told.told + told.dropped >= meant,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  upstream.kill();
  await sluice.dispose();
}
