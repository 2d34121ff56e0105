import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { PATCH as patchKeyword } from "@/app/api/admin/fail-keywords/[id]/route";
import { POST as addKeyword, GET as listKeywords } from "@/app/api/admin/fail-keywords/route";
import { POST as tryKeywords } from "@/app/api/admin/fail-keywords/test/route";
import { POST as addKey } from "@/app/api/admin/keys/route";
import { GET as readCall } from "@/app/api/admin/logs/[id]/route";
import { GET as listCalls } from "@/app/api/admin/logs/route";
import { GET as tailCalls } from "@/app/api/admin/logs/stream/route";
import { POST as addProvider } from "@/app/api/admin/providers/route";
import { db } from "@/lib/db/client";
import { ownersOfKeys } from "@/lib/db/key-owners";
import type { CallRecord } from "@/lib/gateway/types";
import { newId } from "@/lib/id";
import { LogFilter } from "@/lib/schemas/logs";
import { matchesFilter } from "@/lib/server/call-view";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

/** A call that is in the log. */
function store(call: CallRecord): CallRecord {
  admin.store(call);
  return call;
}

function attempt(
  n: number,
  reason: CallRecord["receipt"]["attempts"][number]["reason"],
): CallRecord["receipt"]["attempts"][number] {
  return {
    n,
    deployment: { id: "dep_1", name: "gpt-x", provider: "one" },
    providerId: "prv_1",
    credential: null,
    startedAt: 1_000_000,
    connectMs: 1,
    firstByteMs: 2,
    firstTokenMs: 3,
    endMs: 4,
    outcome: reason === "ok" ? "ok" : "failed",
    reason,
    httpStatus: 200,
    message: null,
    keywordId: null,
    matched: null,
    next: "stop",
    waitMs: 0,
    usage: null,
    cost: null,
    upstreamRequestId: null,
  };
}

const base = Date.UTC(2026, 0, 1);
const receipt = finishedCall().receipt;
const calls: CallRecord[] = [
  finishedCall({
    at: base + 1,
    group: { id: "grp_a", name: "chat" },
    key: { id: "key_a", name: "ci" },
    stream: true,
    firstTokenMs: 300,
    clientIp: "10.0.0.7",
    userAgent: "curl/8.1",
  }),
  finishedCall({
    at: base + 2,
    endpoint: "embeddings",
    outcome: "rescued",
    group: { id: "grp_a", name: "chat" },
    provider: { id: "prv_1", name: "one" },
    deploymentId: "dep_1",
    receipt: { ...receipt, attempts: [attempt(1, "http_5xx"), attempt(2, "ok")] },
  }),
  finishedCall({
    at: base + 3,
    outcome: "failed",
    status: 502,
    errorCode: "upstream_error",
    cost: null,
    usage: null,
    sessionId: "s1",
    clientIp: "::ffff:10.0.0.9",
  }),
  finishedCall({
    at: base + 3,
    outcome: "refused",
    status: 401,
    errorCode: "invalid_api_key",
    cost: null,
    usage: null,
    model: "100%_x",
  }),
  finishedCall({
    at: base + 4,
    demo: true,
    totalMs: 9000,
    clientRequestId: "theirs",
    bodies: { request: "{}", response: "Quota is used up", truncated: false },
  }),
];

describe("the call log", () => {
  beforeAll(async () => {
    for (const call of calls) store(call);
  });

  it("lists every call once, newest first, page after page, also within one millisecond", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await admin.send(listCalls, { query: `?limit=2${cursor && `&cursor=${cursor}`}` });
      seen.push(...body.items.map((call: { id: string }) => call.id));
      cursor = body.nextCursor ?? "";
    } while (cursor);
    const expected = calls.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map((call) => call.id);
    expect(seen).toEqual(expected);
    const upwards = await admin.send(listCalls, { query: "?sort=at" });
    expect(upwards.body.items.map((call: { id: string }) => call.id)).toEqual(expected.toReversed());
  });

  it("shows a call in the form of the contract, without its receipt", async () => {
    const { body } = await admin.send(listCalls, { query: "?outcome=rescued" });
    const [rescued] = body.items;
    expect(rescued).toMatchObject({
      id: calls[1]?.id,
      at: "2026-01-01T00:00:00.002Z",
      outcome: "rescued",
      group: { id: "grp_a", name: "chat" },
      provider: { name: "one" },
      attempts: 2,
      attemptReasons: ["http_5xx", "ok"],
      overheadMs: 0.4,
      usage: { input: 10, cached: 0, output: 5, source: "provider" },
      cost: { usd: "0.0015", source: "catalogue" },
    });
    expect(rescued.receipt).toBeUndefined();
  });

  const filters = [
    "outcome=ok",
    "outcome=failed,refused",
    "outcome=failed&outcome=rescued",
    "status=502",
    "status=4xx",
    "status=4xx,502",
    "group=grp_a",
    "group=chat",
    "provider=one",
    "key=ci,nobody",
    "deployment=dep_1",
    "model=100%25_x,other",
    "model=nothing",
    "endpoint=embeddings",
    "endpoint=embeddings,audio.speech",
    "reason=http_5xx",
    "errorCode=invalid_api_key",
    "session=s1",
    "stream=true",
    "stream=0",
    "demo=false",
    "attempts=gte:2",
    "attempts=lt:2",
    "ttft=gte:300",
    "ttft=lt:300",
    "total=gt:1000,lte:9000",
    "total=eq:9000",
    "cost=gte:0.0015",
    "cost=gt:0.0015",
    "tokens=eq:15",
    "tokens=gt:15",
    "served=gpt-x&-status=2xx",
    "from=2026-01-01T00:00:00Z&ip=10.0.0.7",
    "-ip=10.0.0.7",
    "ip=10.0.0.9",
    "ip=::ffff:10.0.0.7",
    "from=2026-01-01T00:00:00Z&userAgent=CURL",
    "from=2026-01-01T00:00:00Z&q=%25%C3%A9",
    "-outcome=ok,rescued",
    "-status=4xx,502",
    "-group=chat",
    "-group=grp_a",
    "-provider=one",
    "-key=ci",
    "-key=ci&outcome=ok",
    "-model=100%25_x",
    "-served=gpt-x",
    "-endpoint=embeddings",
    "-deployment=dep_1",
    "tried=dep_1",
    "tried=prv_1",
    "-tried=dep_1",
    "-tried=prv_1",
    "-reason=http_5xx",
    "-errorCode=invalid_api_key",
    "outcome=failed,refused,rescued&key=ci,nobody,else",
    "outcome=failed,refused&group=grp_b",
    "errorCode=upstream_error,invalid_api_key&outcome=failed",
    "session=s1&outcome=failed,ok",
    "reason=ok",
    "from=2026-01-01T00:00:00.003Z",
    "to=2026-01-01T00:00:00.003Z",
    "from=2026-01-01T00:00:00Z&q=CHAT",
    "from=2026-01-01T00:00:00Z&q=%25",
    "from=2026-01-01T00:00:00Z&q=0%25_",
    "from=2026-01-01T00:00:00Z&q=_",
    "from=2026-01-01T00:00:00Z&q=theirs",
    `q=${calls[2]?.requestId}`,
    `q=${calls[2]?.id}`,
  ];
  it.each(filters)("filters the list and the live tail alike: %s", async (query) => {
    const { status, body } = await admin.send(listCalls, { query: `?${query}` });
    expect(status, JSON.stringify(body)).toBe(200);
    const given: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(query))
      given[name] = given[name] ? `${given[name]},${value}` : value;
    const live = calls.filter((call) => matchesFilter(call, LogFilter.parse(given)));
    const ids = body.items.map((call: { id: string }) => call.id);
    expect(ids.toSorted()).toEqual(live.map((call) => call.id).sort());
    const discriminates = ids.length < calls.length;
    expect(discriminates, "a filter that lets everything pass proves nothing").toBe(true);
  });

  it("finds in the database what it lets through live, whatever is put together", async () => {
    const parts = filters.filter((one) => !/q=|from=|to=/.test(one)).flatMap((one) => one.split("&"));
    let state = 11;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    for (let round = 0; round < 300; round++) {
      const chosen = Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)] ?? "");
      const query = Object.fromEntries(new URLSearchParams(chosen.join("&")));
      const { status, body } = await admin.send(listCalls, { query: `?${new URLSearchParams(query)}` });
      expect(status, JSON.stringify(query)).toBe(200);
      const live = calls.filter((call) => matchesFilter(call, LogFilter.parse(query)));
      const ids = body.items.map((call: { id: string }) => call.id);
      expect(ids.toSorted(), JSON.stringify(query)).toEqual(live.map((call) => call.id).sort());
    }
  }, 30_000);

  it("knows the calls of an account by the keys that are its own, in the list and live", async () => {
    const account = await db().user.create({
      data: { id: newId("usr"), username: "lin", passwordHash: "-", role: "operator" },
    });
    const key = (await admin.send(addKey, { method: "POST", body: { name: "lin's", ownerId: account.id } })).body;
    const own = store(finishedCall({ at: base - 10, key: { id: key.id, name: key.name } }));
    const others = store(finishedCall({ at: base - 11, key: { id: "key_b", name: "theirs" } }));
    const listed = async (query: string) =>
      (await admin.send(listCalls, { query: `?to=2026-01-01T00:00:00Z&${query}` })).body.items.map(
        ({ id }: { id: string }) => id,
      );
    const owners = await ownersOfKeys(["lin"]);
    for (const name of ["lin", account.id]) {
      expect(await listed(`user=${name}`)).toEqual([own.id]);
      expect(await listed(`-user=${name}`)).toEqual([others.id]);
      expect(matchesFilter(own, { user: [name] }, base, owners)).toBe(true);
      expect(matchesFilter(others, { user: [name] }, base, owners)).toBe(false);
      expect(matchesFilter(own, { "-user": [name] }, base, owners)).toBe(false);
    }
    expect(await listed("user=nobody")).toEqual([]);
    expect(await listed("-user=nobody")).toEqual([own.id, others.id]);
  });

  it("sorts by a figure, page after page, calls without it last", async () => {
    const seen: number[] = [];
    let cursor = "";
    do {
      const query = `?sort=-ttft&from=2026-01-01T00:00:00Z&limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await admin.send(listCalls, { query });
      seen.push(...body.items.map((call: { firstTokenMs: number | null }) => call.firstTokenMs ?? -1));
      cursor = body.nextCursor ?? "";
    } while (cursor);
    expect(seen).toEqual([300, -1, -1, -1, -1]);
    const { body } = await admin.send(listCalls, { query: "?sort=-total&from=2026-01-01T00:00:00Z&limit=1" });
    expect(body.items[0].totalMs).toBe(9000);
  });

  it("refuses filters it does not know instead of ignoring them", async () => {
    for (const [query, param] of [
      ["outcome=fine", "outcome[0]"],
      ["status=6xx", "status[0]"],
      ["endpoint=chat", "endpoint[0]"],
      ["range=yesterday", "range"],
      ["limit=501", "limit"],
      ["cursor=abc", "cursor"],
      ["colour=red", "colour"],
    ]) {
      const { status, body } = await admin.send(listCalls, { query: `?${query}` });
      expect([status, body.error?.param], query).toEqual([400, param]);
    }
  });

  it("gives a call by id or request id, with bodies only to those who may read them, and notes that", async () => {
    const stored = calls[4];
    if (!stored) throw new Error("no call");
    const byId = await admin.send(readCall, { id: stored.id, as: await admin.session("operator") });
    expect(byId.body).toMatchObject({
      receipt: { strategy: "weighted" },
      bodies: { response: "Quota is used up", truncated: false },
    });
    const hidden = await admin.send(readCall, { id: stored.requestId, as: await admin.session("analyst") });
    expect([hidden.status, hidden.body.id, hidden.body.bodies]).toEqual([200, stored.id, undefined]);
    const audit = await admin.send(listAudit, { query: "?action=read_bodies" });
    expect(audit.body.items).toMatchObject([{ target: { type: "call", id: stored.id }, actor: { type: "user" } }]);
    expect((await admin.send(readCall, { id: "call_none" })).status).toBe(404);
  });

  it("quotes what a rule met in an answer only to those who may read answers", async () => {
    const met = {
      ...attempt(1, "keyword"),
      keywordId: "kw_1",
      matched: "your quota is used up",
      message: "Over quota",
    };
    const stored = store(finishedCall({ receipt: { ...receipt, attempts: [met, attempt(2, "ok")] } }));
    const full = await admin.send(readCall, { id: stored.id, as: await admin.session("operator") });
    expect(full.body.receipt.attempts[0]).toMatchObject({ keywordId: "kw_1", matched: "your quota is used up" });
    const cut = await admin.send(readCall, { id: stored.id, as: await admin.session("analyst") });
    expect(cut.body.receipt.attempts[0]).toMatchObject({ keywordId: "kw_1", matched: null, message: "Over quota" });
    expect(JSON.stringify(cut.body)).not.toContain("quota is used up");
  });
});

describe("the live tail", () => {
  async function open(query = "", headers: Record<string, string> = {}) {
    const abort = new AbortController();
    const request = new Request(`http://sluice.test/api/admin/logs/stream${query}`, {
      headers: { authorization: `Bearer ${admin.environmentToken}`, ...headers },
      signal: abort.signal,
    });
    const response = await tailCalls(request);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    return {
      response,
      abort,
      async until(part: string) {
        while (!text.includes(part)) {
          const next = await reader?.read();
          if (!next || next.done) throw new Error(`the tail ended without ${part}`);
          text += next.value;
        }
        return text;
      },
    };
  }

  it("sends the matching calls as they finish, and lets go of the data plane when the reader leaves", async () => {
    const tail = await open("?outcome=failed");
    expect(tail.response.headers.get("content-type")).toContain("text/event-stream");
    expect(tail.response.headers.get("x-accel-buffering")).toBe("no");
    await tail.until(": open");
    const other = finishedCall();
    const failed = finishedCall({ outcome: "failed", status: 502 });
    admin.control.finish(other);
    admin.control.finish(failed);
    const text = await tail.until(failed.id);
    expect(text).toContain(`id: ${failed.at + failed.totalMs}-${failed.id}\nevent: call\ndata: {"id":"${failed.id}"`);
    expect(text).not.toContain(other.id);
    expect(admin.control.listeners).toBe(1);
    tail.abort.abort();
    await expect.poll(() => admin.control.listeners).toBe(0);
  });

  it("resumes after the last event from the database, in the order calls finished", async () => {
    const now = Date.now();
    const long = store(finishedCall({ at: now - 60_000, totalMs: 59_000 }));
    const last = store(finishedCall({ at: now - 20_000, totalMs: 100 }));
    const short = store(finishedCall({ at: now - 10_000, totalMs: 100 }));
    const older = store(finishedCall({ at: now - 30_000, totalMs: 100 }));
    const tail = await open("", { "last-event-id": `${last.at + last.totalMs}-${last.id}` });
    const text = await tail.until(long.id);
    expect(text.indexOf(short.id)).toBeGreaterThan(0);
    expect(text.indexOf(short.id)).toBeLessThan(text.indexOf(long.id));
    expect(text).not.toContain(last.id);
    expect(text).not.toContain(older.id);
    tail.abort.abort();
  });
});

describe("fail keywords", () => {
  const add = (body: unknown) => admin.send(addKeyword, { method: "POST", body });

  it("refuse patterns the linear-time engine cannot run, naming the position", async () => {
    for (const [keyword, position] of [
      ["quota (used", 6],
      ["a(?=b)", 1],
      ["(a)\\1", 3],
      ["x*", 0],
      ["^", 0],
    ] as const) {
      const { status, body } = await add({ keyword, match: "regex" });
      expect([status, body.error?.param], keyword).toEqual([400, "keyword"]);
      expect(body.error.details.fields[0]).toMatchObject({ code: "bad_regex", params: { position } });
    }
    expect((await add({ keyword: "^(a+)+$", match: "regex" })).status).toBe(201);
    const plain = (await add({ keyword: "(not a pattern" })).body;
    const changed = await admin.send(patchKeyword, { method: "PATCH", id: plain.id, body: { match: "regex" } });
    expect(changed.body.error.details.fields[0].code).toBe("bad_regex");
  });

  it("need a target that exists where their scope has one", async () => {
    expect((await add({ keyword: "x", scope: "provider" })).body.error.param).toBe("targetId");
    expect((await add({ keyword: "x", scope: "group", targetId: "grp_none" })).body.error.param).toBe("targetId");
    const provider = (await admin.send(addProvider, { method: "POST", body: { name: "demo", protocol: "demo" } })).body;
    const made = (await add({ keyword: "x", scope: "provider", targetId: provider.id })).body;
    expect(made).toMatchObject({
      targetName: "demo",
      hits: 0,
      lastTriggeredAt: null,
      match: "contains",
      caseSensitive: false,
    });
    const all = await admin.send(patchKeyword, { method: "PATCH", id: made.id, body: { scope: "all" } });
    expect(all.body.targetId).toBeNull();
    expect((await admin.send(listKeywords, { query: "?scope=all&q=X" })).body.items).toContainEqual(all.body);
  });

  it("are tried on texts without being saved", async () => {
    const keywords = [
      { keyword: "QUOTA" },
      { keyword: "used up", match: "exact" },
      { keyword: "q.ota\\s", match: "regex" },
    ];
    const texts = ["Your quota is used up.", " Used up ", "fine"];
    const { body } = await admin.send(tryKeywords, { method: "POST", body: { texts, keywords } });
    expect(
      body.results.map((one: { matches: { keyword: string }[] }) => one.matches.map((match) => match.keyword)),
    ).toEqual([["QUOTA", "q.ota\\s"], ["used up"], []]);
    expect(
      (
        await admin.send(tryKeywords, {
          method: "POST",
          body: { text: "x", keywords: [{ keyword: "(", match: "regex" }] },
        })
      ).body.error.param,
    ).toBe("keywords[0].keyword");
  });

  it("are tried on the stored answer of a call, or say that it was not stored", async () => {
    const saved = (await add({ keyword: "is used up" })).body;
    const { body } = await admin.send(tryKeywords, { method: "POST", body: { callId: calls[4]?.id } });
    expect(body.results).toMatchObject([{ text: "Quota is used up", matched: true }]);
    expect(body.results[0].matches.map((match: { keywordId: string }) => match.keywordId)).toContain(saved.id);
    expect((await admin.send(tryKeywords, { method: "POST", body: { callId: calls[0]?.id } })).body.error.param).toBe(
      "callId",
    );
    expect((await admin.send(tryKeywords, { method: "POST", body: { callId: "call_none" } })).status).toBe(404);
  });
});
