import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  chatChunk,
  chatScript,
  delayedScript,
  httpChunk,
  jsonScript,
  responseHead,
  type Script,
  silentScript,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { Page } from "../../lib/schemas/common.ts";
import type { DeploymentView } from "../../lib/schemas/deployments.ts";
import type { KeyView } from "../../lib/schemas/keys.ts";
import type { CallView } from "../../lib/schemas/logs.ts";
import { readAnswer } from "../support/answers.ts";
import type { DoorTest } from "../support/each-door.ts";
import { rawRequest } from "../support/raw-http.ts";
import { callRow, lastCallOfKey, type Route } from "../support/routes.ts";

const words = ["Hello", " there."];
const text = words.join("");
const messages = [{ role: "user", content: "Say hello." }];
const role = chatChunk({ role: "assistant", content: "" });
const prices = { inputPrice: 1000, outputPrice: 2000 };
/** What the scripted upstream's answer costs by these prices: 9 tokens in, 12 out. */
const answerUsd = 0.033;

/** A call on a socket of its own, for clients that behave as no HTTP library does. */
function rawCall(door: DoorTest, route: Pick<Route, "key" | "model">, body: Record<string, unknown> = {}): Socket {
  const { port, hostname } = new URL(door.sluice.baseUrl);
  const json = JSON.stringify({ model: route.model, messages, ...body });
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  socket.on("error", () => {});
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${route.key}\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
  return socket;
}

/** What a process and all it started hold in memory, in MB; 0 where the system does not tell in /proc. */
function residentMb(group: number): number {
  if (process.platform !== "linux") return 0;
  let kb = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
        .replace(/^.*\) /, "")
        .split(" ");
      if (Number(fields[2]) !== group) continue;
      kb += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return kb / 1024;
}

const usageOf = async (door: DoorTest, route: Route) =>
  Number((await door.sluice.admin<KeyView>("GET", `/keys/${route.keyId}`)).usage.costUsd.total);

const quotaLeft = async (door: DoorTest, route: Route) =>
  Promise.all(
    route.members.map(
      async ({ deploymentId }) =>
        (await door.sluice.admin<DeploymentView>("GET", `/deployments/${deploymentId}`)).state?.quota.requests,
    ),
  );

/** Requests that two parsers could read differently. Each is refused whole, with what follows it. */
const ambiguous: [string, (head: string, body: string) => string][] = [
  [
    "content-length and transfer-encoding",
    (head, body) => `${head}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${body}`,
  ],
  ["two content-lengths", (head, body) => `${head}content-length: ${body.length}\r\ncontent-length: 1\r\n\r\n${body}`],
  ["a space before the colon", (head, body) => `${head}content-length : ${body.length}\r\n\r\n${body}`],
  ["a transfer-encoding nobody knows", (head, body) => `${head}transfer-encoding: xchunked\r\n\r\n${body}`],
  ["chunked before another coding", (head, body) => `${head}transfer-encoding: chunked, identity\r\n\r\n${body}`],
  ["a chunk size that is none", (head, body) => `${head}transfer-encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`],
  ["a negative content-length", (head, body) => `${head}content-length: -5\r\n\r\n${body}`],
  ["a content-length with a sign", (head, body) => `${head}content-length: +${body.length}\r\n\r\n${body}`],
  ["a NUL in a header", (head, body) => `${head}x-a: b\0c\r\ncontent-length: ${body.length}\r\n\r\n${body}`],
  ["bare line feeds", (head, body) => `${head}content-length: ${body.length}\r\n\r\n`.replaceAll("\r", "") + body],
  [
    "a folded header",
    (head, body) => `${head}x-a: b\r\n content-length: 0\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  ],
];

/** What clients do wrong, and what many of them do at once, as others see it. */
export function clientFaults(door: DoorTest): void {
  it("C-08 a client that is only found gone when something is sent closes the upstream at the next ping", async () => {
    await door.sluice.admin("PATCH", "/settings", { pingSeconds: 1 });
    const silent = await door.upstream(silentScript);
    const route = await door.route([silent]);
    const socket = rawCall(door, route, { stream: true });
    const goneAt = await new Promise<number>((resolve) =>
      socket.once("data", () => {
        // What a load balancer answers for a client that left long ago.
        socket.resetAndDestroy();
        resolve(performance.now());
      }),
    );
    await door.sluice.admin("PATCH", "/settings", { pingSeconds: null });
    const closedAt = (await silent.requests[0]?.clientClosed) ?? Number.POSITIVE_INFINITY;
    expect(closedAt - goneAt).toBeLessThan(250);
    expect(await lastCallOfKey(door.sluice, route)).toMatchObject({ outcome: "client_left", status: 499 });
  });

  it("C-10 fifty clients that never read are held back, then let go, and cost others neither memory nor time", async () => {
    const piece = httpChunk(`data: ${chatChunk({ content: "x".repeat(64 * 1024) })}\n\n`);
    let offered = 0;
    const flood: Script = async (exchange) => {
      await exchange.write(responseHead(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked" }));
      for (let n = 0; n < 512 && !exchange.isGone(); n++) {
        await exchange.write(piece);
        offered += piece.length;
      }
      await exchange.request.clientClosed;
    };
    const upstream = await door.upstream(flood);
    const good = await door.upstream(chatScript(words));
    const route = await door.route([{ origin: upstream.origin, timeouts: { idleMs: 2500 } }]);
    const other = await door.route([good]);
    const beforeMb = residentMb(door.sluice.pid);
    const clients = Array.from({ length: 50 }, () => rawCall(door, route, { stream: true }).pause());
    await upstream.nthRequest(50);
    await wait(1000);
    let slowestMs = 0;
    for (let n = 0; n < 10; n++) {
      const startedAt = performance.now();
      expect((await readAnswer(await door.chat(other))).text).toBe(text);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
    // They were offered 1.6 GB; what came in is in the buffers of the system, and passed through memory on its way.
    expect(offered / 1024 / 1024).toBeLessThan(50 * 12);
    expect(residentMb(door.sluice.pid) - beforeMb).toBeLessThan(400);
    expect(slowestMs).toBeLessThan(500);
    await Promise.all(upstream.requests.map(({ clientClosed }) => clientClosed));
    const rows = async () =>
      (await door.sluice.admin<Page<CallView>>("GET", `/logs?key=${route.keyId}&limit=100`)).items;
    await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(50);
    expect([...new Set((await rows()).map(({ outcome }) => outcome))]).toEqual(["client_left"]);
    expect((await lastCallOfKey(door.sluice, route)).attemptReasons).toEqual(["client_too_slow"]);
    for (const client of clients) client.destroy();
  });

  it("C-25 SQL for a key is a wrong key, with the same answer as any other", async () => {
    const normal = async (key: string) => {
      const answer = await readAnswer(await door.chat({ model: "m", key }));
      return [answer.status, answer.body];
    };
    const wrong = await normal("sk-sluice-wrong");
    expect(wrong[0]).toBe(401);
    for (const key of [
      `' OR '1'='1`,
      `x'; DROP TABLE "ApiKey"; --`,
      `" UNION SELECT * FROM "ApiKey" --`,
      "%",
      "__proto__",
    ])
      expect(await normal(key), key).toEqual(wrong);
  });

  it("C-26 a key that is switched off and a group that is deleted end within a second", async () => {
    const upstream = await door.upstream(chatScript(words));
    const status = async (route: Route) => {
      const answer = await readAnswer(await door.chat(route));
      return [answer.status, answer.error?.code];
    };
    const [disabled, deleted] = [await door.route([upstream]), await door.route([upstream])];
    for (const route of [disabled, deleted]) expect((await status(route))[0]).toBe(200);
    await door.sluice.admin("PATCH", `/keys/${disabled.keyId}`, { enabled: false });
    await door.sluice.admin("DELETE", `/groups/${deleted.groupId}`);
    await expect.poll(() => status(disabled), { timeout: 1000 }).toEqual([401, "api_key_revoked"]);
    await expect.poll(() => status(deleted), { timeout: 1000 }).toEqual([404, "model_not_found"]);
  });

  for (const [what, build] of ambiguous)
    it(`C-34 ${what}: 400, the connection ends, and nothing of it becomes a request`, async () => {
      const upstream = await door.upstream(chatScript(words));
      const { key, model } = await door.route([upstream]);
      const body = JSON.stringify({ model, messages });
      const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;
      const next = `${head}content-length: ${body.length}\r\n\r\n${body}`;
      const answer = await rawRequest(door.sluice.baseUrl, build(head, body) + next);
      expect([answer.status, answer.closed]).toEqual([400, true]);
      expect(`${answer.head}${answer.body}`.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
      expect(upstream.requests).toHaveLength(0);
    });

  it("C-35 a compressed body is 415 without being inflated, whichever endpoint it is for", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const beforeMb = residentMb(door.sluice.pid);
    for (const path of ["/chat/completions", "/embeddings", "/audio/transcriptions", "/files"])
      for (const coding of ["gzip", "br", "deflate", "gzip, gzip"]) {
        const answer = await readAnswer(
          await door.send(route, path, {
            method: "POST",
            headers: { "content-type": "application/json", "content-encoding": coding },
            body: bomb,
          }),
        );
        expect([answer.status, answer.error?.code], path).toEqual([415, "unsupported_media_type"]);
      }
    expect(residentMb(door.sluice.pid) - beforeMb).toBeLessThan(100);
    expect(upstream.requests).toHaveLength(0);
  });

  it("Q-05 a client that leaves after twenty words pays for them and its prompt: not nothing, not the most it asked for", async () => {
    const said = Array.from({ length: 20 }, (_, n) => chatChunk({ content: ` word${n}` }));
    const upstream = await door.upstream(sseScript([role, ...said], { end: "hang" }));
    const route = await door.route([{ origin: upstream.origin, deployment: prices }], {
      key: { limits: { budgetUsd: { day: "300" } } },
    });
    const leaving = new AbortController();
    const response = await door.chat(route, { stream: true, max_tokens: 100_000 }, { signal: leaving.signal });
    let seen = "";
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      seen += Buffer.from(chunk).toString();
      if (seen.includes("word19")) break;
    }
    leaving.abort();
    const row = await lastCallOfKey(door.sluice, route);
    expect(row).toMatchObject({ outcome: "client_left", usage: { source: "estimate" } });
    expect(row.usage?.input).toBeGreaterThan(0);
    expect(row.usage?.output).toBeGreaterThanOrEqual(20);
    expect(row.usage?.output).toBeLessThan(100);
    expect(await usageOf(door, route)).toBeCloseTo(Number(row.cost?.usd), 9);
    // The 200 dollars of the reservation are free again: a call that may cost as much is let in.
    const next = new AbortController();
    const call = door.chat(route, { stream: true, max_tokens: 100_000 }, { signal: next.signal });
    expect((await call).status).toBe(200);
    next.abort();
  });

  it("Q-07 a failover is one charge: whoever answered is paid, whoever failed has its place back", async () => {
    const failing = await door.upstream(jsonScript(500, { error: { message: "no" } }));
    const answering = await door.upstream(chatScript(words));
    const deployment = { ...prices, quota: { requestsPerPeriod: 10 } };
    const route = await door.route([failing, answering].map(({ origin }) => ({ origin, deployment })));
    for (const stream of [false, true]) {
      const answer = await readAnswer(await door.chat(route, { stream }));
      expect(answer.text).toBe(text);
      const row = await callRow(door.sluice, answer.requestId);
      expect(row.receipt.attempts.map(({ cost }) => cost?.nanos ?? null)).toEqual([null, answerUsd * 1e9]);
    }
    expect(await quotaLeft(door, route)).toEqual([10, 8]);
    await expect.poll(() => usageOf(door, route)).toBeCloseTo(2 * answerUsd, 9);
  });

  it("Q-10 a budget that runs out in the middle of a stream lets it end, and refuses the next call", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([{ origin: upstream.origin, deployment: prices }], {
      key: { limits: { budgetUsd: { total: (answerUsd / 2 + 0.01).toFixed(6) } } },
    });
    const answer = await readAnswer(await door.chat(route, { stream: true }));
    expect([answer.status, answer.text, answer.isDone]).toEqual([200, text, true]);
    const refused = await readAnswer(await door.chat(route, { stream: true }));
    expect([refused.status, refused.error?.code]).toEqual([429, "insufficient_quota"]);
    expect(refused.headers.get("x-quota-reset")).toBeNull();
    expect(upstream.requests).toHaveLength(1);
  });

  it("R-05 a provider that stalls holds as many calls as it may, and no other provider or group waits for it", async () => {
    const stalled = await door.upstream(silentScript);
    const second = await door.upstream(chatScript(words));
    const route = await door.route([stalled, second]);
    const other = await door.route([second]);
    await door.sluice.admin("PATCH", `/providers/${route.members[0]?.providerId}`, { maxInFlight: 5 });
    const leaving = new AbortController();
    const first = Array.from({ length: 5 }, () => door.chat(route, {}, { signal: leaving.signal }).catch(() => "left"));
    await stalled.nthRequest(5);
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => readAnswer(await door.chat(n % 2 ? route : other))),
    );
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(new Set(answers.map((answer) => answer.text))).toEqual(new Set([text]));
    expect(stalled.requests).toHaveLength(5);
    const row = await callRow(door.sluice, answers[1]?.requestId ?? null);
    expect(row.receipt.candidates.find(({ tier }) => tier === 1)).toMatchObject({
      verdict: "skipped",
      reason: "concurrency_full",
      evidence: { inFlight: 5, maxConcurrent: 5 },
    });
    leaving.abort();
    expect(await Promise.all(first)).toEqual(Array(5).fill("left"));
  });

  it("R-07 a configuration that changes many times a second fails no call and closes no connection in use", async () => {
    const upstream = await door.upstream((exchange) =>
      delayedScript(exchange.request.json() !== null ? 30 : 0, chatScript(words))(exchange),
    );
    const route = await door.route([upstream]);
    let running = true;
    const failures: string[] = [];
    let answered = 0;
    const work = async (worker: number) => {
      for (let n = worker; running; n++) {
        const answer = await readAnswer(await door.chat(route, { stream: n % 2 === 0 }));
        answered++;
        if (answer.text !== text || answer.isDone !== (n % 2 === 0)) failures.push(`${answer.status} ${answer.body}`);
      }
    };
    const load = Array.from({ length: 10 }, (_, worker) => work(worker));
    for (let n = 0; n < 20; n++) {
      // Each another pool of connections, and each a new catalog.
      const timeouts = { connectMs: 1000 + n };
      await door.sluice.admin("PATCH", `/providers/${route.members[0]?.providerId}`, { timeouts });
      await door.sluice.admin("PATCH", `/groups/${route.groupId}`, { delivery: n % 2 ? "live" : "whole" });
      await wait(40);
    }
    running = false;
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });

  it("R-10 three hundred calls whose client and upstream break at the same moment leave nothing unhandled", async () => {
    const resets: (() => void)[] = [];
    const upstream = await door.upstream(async (exchange) => {
      const begun = exchange.request.body.includes('"stream":true');
      if (begun)
        await exchange.write(
          `${responseHead(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked" })}${httpChunk(`data: ${chatChunk({ content: "Be" })}\n\n`).toString()}`,
        );
      resets.push(() => exchange.reset());
      await exchange.request.clientClosed;
    });
    const second = await door.upstream(chatScript(words));
    await door.sluice.admin("PATCH", "/settings", { failureThreshold: 100 });
    for (let round = 1; round <= 3; round++) {
      // Of its own each time: where the upstream's end was seen first it is a failure.
      const route = await door.route([upstream, second]);
      const clients = Array.from({ length: 100 }, (_, n) => rawCall(door, route, { stream: n % 2 === 0 }));
      await expect.poll(() => resets.length, { timeout: 10_000, interval: 5 }).toBe(100);
      for (const [n, reset] of resets.splice(0).entries()) {
        clients[n]?.resetAndDestroy();
        reset();
      }
      const rows = async () =>
        (await door.sluice.admin<Page<CallView>>("GET", `/logs?key=${route.keyId}&limit=500`)).items;
      await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(100);
    }
    await door.sluice.admin("PATCH", "/settings", { failureThreshold: null });
    expect((await readAnswer(await door.chat(await door.route([second])))).text).toBe(text);
    expect(door.sluice.output()).not.toMatch(/unhandled|uncaught/i);
  });
}
