import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as readList } from "@/app/api/admin/logs/route";
import { listCalls } from "@/lib/db/logs";
import type { AttemptRecord, CallRecord } from "@/lib/gateway/types";
import { outcomes } from "@/lib/gateway/types";
import { type CallView, LogFilter, type LogListQuery } from "@/lib/schemas/logs";
import { matchesFilter } from "@/lib/server/call-view";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

const now = Date.now();
const minuteMs = 60_000;

const attempt = (n: number, reason: AttemptRecord["reason"], at: number): AttemptRecord => ({
  ...{ n, deployment: { id: `dep_${n % 3}`, name: "gpt-x", provider: "one" }, providerId: `prv_${n % 2}` },
  ...{ credential: null, startedAt: at, connectMs: 1, firstByteMs: 2, firstTokenMs: 3, endMs: 4 },
  ...{ outcome: reason === "ok" ? "ok" : "failed", reason, httpStatus: 200, message: null, keywordId: null },
  ...{ matched: null, next: "stop", waitMs: 0, usage: null, cost: null, upstreamRequestId: null },
});

/** Calls that have little in common, several of them in one millisecond. */
const calls: CallRecord[] = Array.from({ length: 240 }, (_, index) => {
  const at = now - Math.floor(index / 3) * minuteMs;
  const reasons = (["http_5xx", "http_429", "tls"] as const).slice(0, index % 4);
  const attempts = [...reasons, "ok" as const].map((reason, n) => attempt(n + 1, reason, at + n));
  return finishedCall({
    at,
    outcome: outcomes[index % outcomes.length],
    status: [200, 200, 200, 429, 502, 503][index % 6],
    errorCode: index % 6 > 3 ? "upstream_error" : null,
    endpoint: index % 11 === 0 ? "embeddings" : "chat.completions",
    model: index === 200 ? "the-rare-one" : "chat",
    key: index % 5 === 0 ? { id: "key_a", name: "ci" } : { id: "key_b", name: "app" },
    group: { id: index % 7 === 0 ? "grp_a" : "grp_b", name: "chat" },
    sessionId: index % 9 === 0 ? "s1" : null,
    clientIp: index % 13 === 0 ? "10.0.0.7" : "10.0.0.8",
    clientRequestId: index === 230 ? "0f8c-trace-4711" : null,
    totalMs: (index * 37) % 1000,
    receipt: { ...finishedCall().receipt, attempts },
  });
});

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
  admin.store(...calls);
});
afterAll(() => admin.close());

/** Every page of a list, with each request looking at a handful of calls. */
async function pages(query: LogListQuery, budget = { index: 7, rows: 5 }) {
  const seen: CallView[] = [];
  const looked: (string | null)[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listCalls>> = await listCalls(
      { ...query, ...(cursor !== null && { cursor }) },
      budget,
    );
    seen.push(...page.items);
    looked.push(page.lookedTo);
    cursor = page.nextCursor;
    expect(looked.length, "the pages come to an end").toBeLessThan(1000);
  } while (cursor !== null);
  return { ids: seen.map(({ id }) => id), looked };
}

const newestFirst = (a: CallRecord, b: CallRecord) => b.at - a.at || (a.id < b.id ? 1 : -1);
const conditions = [
  ...[
    "outcome=ok",
    "outcome=failed,rescued",
    "-outcome=ok",
    "status=5xx",
    "status=429",
    "status=4xx,502",
    "status=2xx",
  ],
  ...["reason=tls", "reason=http_5xx,ok", "-reason=tls", "key=ci", "-key=ci", "group=grp_a,grp_b", "group=chat"],
  ...["session=s1", "ip=10.0.0.7", "-ip=10.0.0.7", "model=the-rare-one", "model=nothing", "endpoint=embeddings"],
  ...["attempts=gte:3", "total=gt:500", "q=RARE", "q=0f8c-trace-4711", "tried=dep_2", "-tried=prv_1"],
  ...[
    "errorCode=upstream_error",
    `from=${new Date(now - 60 * minuteMs).toISOString()}`,
    `to=${new Date(now - 20 * minuteMs).toISOString()}`,
  ],
];

describe("a page of the call log that looks at a bounded number of calls", () => {
  it("loses no call and shows none twice, whatever the filter, the order and the size of the page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...conditions), { maxLength: 3, selector: (one) => one.split("=")[0] }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("at" as const, "-at" as const),
        async (chosen, limit, sort) => {
          const filter = LogFilter.parse(Object.fromEntries(chosen.map((one) => one.split("="))));
          const naive = calls.filter((call) => matchesFilter(call, filter, now)).sort(newestFirst);
          const wanted = naive.map(({ id }) => id);
          const { ids } = await pages({ ...filter, sort, limit });
          expect(ids).toEqual(sort === "at" ? wanted.reverse() : wanted);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it("says how far it has looked where it stopped before the page was full, and where the log ends says nothing", async () => {
    const { ids, looked } = await pages({ model: ["the-rare-one"], limit: 5 });
    expect(ids).toHaveLength(1);
    expect(looked.length).toBeGreaterThan(10);
    expect(looked.at(-1)).toBeNull();
    const times = looked.slice(0, -1).map((time) => Date.parse(String(time)));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect((await pages({ model: ["nothing"], limit: 5 }, { index: 1000, rows: 1000 })).looked).toEqual([null]);
  });

  it("sorts the newest calls by a figure, says since when they are, and keeps to these on every page", async () => {
    const { ids, looked } = await pages({ sort: "-total", outcome: ["ok"], limit: 4 }, { index: 30, rows: 30 });
    const since = Date.parse(String(looked[0]));
    const meant = calls.filter(({ at, outcome }) => outcome === "ok" && at >= since);
    expect(meant.length).toBe(30);
    expect(ids).toEqual(meant.sort((a, b) => b.totalMs - a.totalMs || (a.id < b.id ? 1 : -1)).map(({ id }) => id));
    expect(new Set(looked)).toEqual(new Set([looked[0]]));
  });

  it.each([
    ["its own id", 239, "id"],
    ["its request id", 238, "requestId"],
    ["the client's id", 230, "clientRequestId"],
  ] as const)("finds a call by %s with the first look, however long ago it was", async (_, index, member) => {
    const call = calls[index];
    const page = await listCalls({ q: String(call?.[member]) }, { index: 1, rows: 1 });
    expect(page).toMatchObject({ items: [{ id: call?.id }], nextCursor: null, lookedTo: null });
  });

  it("has at most 60 KB of 50 calls with the longest names there can be, and the rest on the next page", async () => {
    const long = (text: string) => text.repeat(200);
    const huge = Array.from({ length: 50 }, (_, index) =>
      finishedCall({
        at: now - 1_000_000_000 - index,
        ...{ model: long("模"), servedModel: long("型"), userAgent: "x".repeat(300), sessionId: long("s") },
        ...{ group: { id: "grp_c", name: long("g") }, key: { id: "key_c", name: long("k") } },
        provider: { id: "prv_c", name: long("p") },
      }),
    );
    admin.store(...huge);
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await admin.send(readList, { query: `?group=grp_c${cursor && `&cursor=${cursor}`}` });
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(60 * 1024);
      seen.push(...body.items.map(({ id }: CallView) => id));
      cursor = body.nextCursor ?? "";
    } while (cursor);
    expect(seen).toEqual(huge.map(({ id }) => id));
  });
});
