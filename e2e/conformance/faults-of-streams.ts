import { setTimeout as wait } from "node:timers/promises";
import { createBrotliCompress, createGzip } from "node:zlib";
import { expect, it } from "vitest";
import {
  chatChunk,
  chatScript,
  chatStreamItems,
  delayedScript,
  httpChunk,
  jsonScript,
  responseHead,
  type Script,
  type SseItem,
  silentScript,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { AttemptReason } from "../../lib/gateway/types.ts";
import { readAnswer } from "../support/answers.ts";
import type { DoorTest } from "../support/each-door.ts";
import { callRow } from "../support/routes.ts";

const texts = ["Hello", " from", " there."];
const wholeText = texts.join("");
/** In everything a failing upstream says, so that one leaked byte shows. */
const mark = "FIRST-UPSTREAM";
const role = chatChunk({ role: "assistant", content: "" });
const streamHead = responseHead(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked" });
const event = (data: string) => httpChunk(`data: ${data}\n\n`);

/** What goes wrong inside a stream, as a client of one door sees it. */
export function streamFaults(door: DoorTest): void {
  it("U-14 [DONE] without a finish reason is passed on, and the row says so", async () => {
    const upstream = await door.upstream(sseScript([role, chatChunk({ content: "All there is." })]));
    const reply = await readAnswer(await door.chat(await door.route([upstream]), { stream: true }));
    expect([reply.text, reply.isDone]).toEqual(["All there is.", true]);
    expect(await callRow(door.sluice, reply.requestId)).toMatchObject({
      outcome: "ok",
      flags: expect.arrayContaining(["finish_missing"]) as string[],
    });
  });

  /** A stream that broke after its beginning: what the client has, and what the row says. */
  async function interrupted(reply: Awaited<ReturnType<typeof readAnswer>>, text: string, reason: AttemptReason) {
    expect(reply.status).toBe(200);
    expect(reply.text).toBe(text);
    expect(reply.isDone).toBe(false);
    expect(reply.parsed.at(-1)?.error).toMatchObject({ code: "upstream_stream_interrupted", type: "api_error" });
    expect(reply.parsed.filter(({ error }) => error)).toHaveLength(1);
    const row = await callRow(door.sluice, reply.requestId);
    expect(row).toMatchObject({ outcome: "interrupted", attempts: 1 });
    expect(row.receipt.attempts[0]).toMatchObject({ outcome: "interrupted", reason });
    return row;
  }

  for (const [what, drip] of [
    ["half a line", "x"],
    ["comments", ": still here\n\n"],
  ] as const)
    it(`U-17 a stream that only sends ${what} is idle, however many bytes that is`, async () => {
      const script: Script = async (exchange) => {
        await exchange.write(
          Buffer.concat([Buffer.from(streamHead), event(role), event(chatChunk({ content: "So" }))]),
        );
        for (let at = 0; !exchange.isGone(); at = (at + 1) % drip.length) {
          await exchange.write(httpChunk(drip[at] as string));
          await exchange.wait(40);
        }
      };
      const upstream = await door.upstream(script);
      const route = await door.route([{ origin: upstream.origin, timeouts: { idleMs: 600 } }]);
      const startedAt = performance.now();
      const reply = await readAnswer(await door.chat(route, { stream: true }));
      expect(performance.now() - startedAt).toBeLessThan(2000);
      await interrupted(reply, "So", "stream_broken");
    });

  it("U-19 a stream that falls silent after ten chunks ends with one error, closes its upstream and frees its place", async () => {
    const ten = Array.from({ length: 10 }, (_, index) => ` ${index}`);
    const upstream = await door.upstream(
      sseScript([role, ...ten.map((content) => chatChunk({ content }))], { end: "hang" }),
      chatScript(texts),
    );
    const route = await door.route([
      { origin: upstream.origin, timeouts: { idleMs: 600 }, deployment: { maxConcurrent: 1 } },
    ]);
    const reply = await readAnswer(await door.chat(route, { stream: true }));
    await interrupted(reply, ten.join(""), "stream_broken");
    await upstream.requests[0]?.clientClosed;
    expect((await readAnswer(await door.chat(route))).text).toBe(wholeText);
  });

  it("U-20 pings keep a client waiting for a late first byte, and the head is sent once", async () => {
    await door.sluice.admin("PATCH", "/settings", { pingSeconds: 1 });
    const late = await door.upstream(delayedScript(2500, chatScript(texts)));
    const startedAt = performance.now();
    const response = await door.chat(await door.route([late]), { stream: true });
    const headMs = performance.now() - startedAt;
    await door.sluice.admin("PATCH", "/settings", { pingSeconds: null });
    const reply = await readAnswer(response);
    expect(headMs).toBeGreaterThan(900);
    expect(headMs).toBeLessThan(1900);
    expect(reply.body.match(/^: ping$/gm)?.length).toBe(2);
    expect(reply.body.startsWith(": ping")).toBe(true);
    expect([reply.text, reply.isDone]).toEqual([wholeText, true]);
  });

  it("U-22 when all providers fail after the first ping the stream ends with the error, and the row is a 502", async () => {
    await door.sluice.admin("PATCH", "/settings", { pingSeconds: 1 });
    const late = await door.upstream(delayedScript(1400, jsonScript(500, { error: { message: mark } })));
    const route = await door.route([late, { origin: await door.closedOrigin() }]);
    const response = await door.chat(route, { stream: true });
    await door.sluice.admin("PATCH", "/settings", { pingSeconds: null });
    const reply = await readAnswer(response);
    expect(reply.status).toBe(200);
    expect(reply.body).toContain(": ping");
    expect(reply.body).not.toContain(mark);
    expect(reply.isDone).toBe(false);
    expect(reply.parsed).toEqual([{ error: expect.objectContaining({ code: "upstream_error" }) as object }]);
    expect(await callRow(door.sluice, reply.requestId)).toMatchObject({
      outcome: "failed",
      status: 502,
      attempts: 2,
      error: { code: "upstream_error" },
    });
  });

  const errorEvents: [string, SseItem][] = [
    ["OpenAI's", JSON.stringify({ error: { message: `${mark} failed`, type: "server_error", code: null } })],
    [
      "Anthropic's",
      {
        event: "error",
        data: JSON.stringify({ type: "error", error: { type: "overloaded_error", message: `${mark} overloaded` } }),
      },
    ],
  ];
  for (const [whose, item] of errorEvents)
    it(`U-25 ${whose} error event in the middle of a stream ends it with ours`, async () => {
      const upstream = await door.upstream(sseScript([role, chatChunk({ content: "Half an" }), item]));
      const reply = await readAnswer(await door.chat(await door.route([upstream]), { stream: true }));
      const row = await interrupted(reply, "Half an", "http_5xx");
      expect(reply.body).not.toContain(mark);
      expect(row.receipt.attempts[0]?.message).toContain(mark);
    });

  for (const type of ["application/json", "text/plain", ""])
    it(`U-28 events under the content type "${type}" are a stream, and the row says so`, async () => {
      const upstream = await door.upstream(sseScript(chatStreamItems(texts), { headers: { "content-type": type } }));
      const reply = await readAnswer(await door.chat(await door.route([upstream]), { stream: true }));
      expect(reply.headers.get("content-type")).toMatch(/^text\/event-stream/);
      expect([reply.text, reply.isDone]).toEqual([wholeText, true]);
      expect((await callRow(door.sluice, reply.requestId)).flags).toContain("ctype_mismatch");
    });

  for (const coding of ["gzip", "br"] as const)
    it(`U-47 a stream in ${coding}, flushed event by event, arrives event by event and uncompressed`, async () => {
      const seenFirst = Promise.withResolvers<void>();
      const script: Script = async (exchange) => {
        await exchange.write(
          responseHead(200, {
            "content-type": "text/event-stream",
            "content-encoding": coding,
            "transfer-encoding": "chunked",
          }),
        );
        const encoder = coding === "gzip" ? createGzip() : createBrotliCompress();
        const send = async (data: string) => {
          encoder.write(`data: ${data}\n\n`);
          await new Promise<void>((resolve) => encoder.flush(() => resolve()));
          for (let chunk = encoder.read() as Buffer | null; chunk; chunk = encoder.read() as Buffer | null)
            await exchange.write(httpChunk(chunk));
        };
        await send(role);
        await send(chatChunk({ content: "First." }));
        await seenFirst.promise;
        for (const data of [chatChunk({ content: " Second." }), chatChunk({}, "stop"), "[DONE]"]) await send(data);
        encoder.end();
        const rest: Buffer[] = [];
        for await (const chunk of encoder) rest.push(chunk as Buffer);
        if (rest.length > 0) await exchange.write(httpChunk(Buffer.concat(rest)));
        await exchange.write(httpChunk(""));
      };
      const upstream = await door.upstream(script);
      const response = await door.chat(await door.route([upstream]), { stream: true });
      expect(response.headers.get("content-encoding")).toBeNull();
      let body = "";
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        body += Buffer.from(chunk).toString();
        if (body.includes("First.")) seenFirst.resolve();
      }
      const reply = await readAnswer(new Response(body, { headers: response.headers }));
      expect([reply.text, reply.isDone]).toEqual(["First. Second.", true]);
    });

  it("U-50 a stream without end is cut when the time of the call is over", async () => {
    const endless: Script = async (exchange) => {
      await exchange.write(Buffer.concat([Buffer.from(streamHead), event(role)]));
      while (!exchange.isGone()) {
        await exchange.write(event(chatChunk({ content: "and on " })));
        await exchange.wait(20);
      }
    };
    const upstream = await door.upstream(endless);
    const route = await door.route([upstream], { group: { timeouts: { totalMs: 1000 } } });
    const startedAt = performance.now();
    const reply = await readAnswer(await door.chat(route, { stream: true }));
    expect(performance.now() - startedAt).toBeLessThan(2500);
    expect(reply.text).toMatch(/^(and on )+$/);
    await interrupted(reply, reply.text, "timeout_total");
    await upstream.requests[0]?.clientClosed;
  });

  it("U-50 a stream without end is cut at 64 MB, and its row is kept", async () => {
    const piece = event(chatChunk({ content: "x".repeat(256 * 1024) }));
    const endless: Script = async (exchange) => {
      await exchange.write(Buffer.concat([Buffer.from(streamHead), event(role)]));
      while (!exchange.isGone()) await exchange.write(piece);
    };
    const upstream = await door.upstream(endless);
    const reply = await readAnswer(await door.chat(await door.route([upstream]), { stream: true }));
    expect(reply.body.length).toBeGreaterThan(60 * 1024 * 1024);
    expect(reply.body.length).toBeLessThan(66 * 1024 * 1024);
    const row = await interrupted(reply, reply.text, "stream_broken");
    expect(row.usage?.output).toBeGreaterThan(1_000_000);
    await upstream.requests[0]?.clientClosed;
  });

  it("U-61 two tool calls in 500 pieces and three choices keep their order and their indexes", async () => {
    const chunk = (index: number, delta: Record<string, unknown>, finish: string | null = null) =>
      JSON.stringify({
        id: "c",
        object: "chat.completion.chunk",
        choices: [{ index, delta, finish_reason: finish }],
      });
    const wanted = Array.from({ length: 500 }, (_, n) => `${n},`);
    const items = [0, 1, 2].map((index) => chunk(index, { role: "assistant", content: "" }));
    for (const tool of [0, 1])
      items.push(
        chunk(0, { tool_calls: [{ index: tool, id: `t${tool}`, type: "function", function: { name: "f" } }] }),
      );
    for (const [n, text] of wanted.entries()) {
      items.push(chunk(0, { tool_calls: [{ index: n % 2, function: { arguments: text } }] }));
      if (n % 5 === 0) items.push(chunk(1 + (n % 2), { content: text }));
    }
    for (const [index, finish] of ["tool_calls", "stop", "stop"].entries()) items.push(chunk(index, {}, finish));
    const upstream = await door.upstream(sseScript(items));
    const route = await door.route([upstream]);
    const reply = await readAnswer(await door.chat(route, { stream: true, n: 3 }));
    expect(reply.events).toEqual([...items, "[DONE]"]);
    const whole = await readAnswer(await door.chat(route, { n: 3 }));
    const { choices } = JSON.parse(whole.body) as {
      choices: {
        index: number;
        message: { content: string | null; tool_calls?: { function: { arguments: string } }[] };
      }[];
    };
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    const every = (keep: (n: number) => boolean) => wanted.filter((_, n) => keep(n)).join("");
    expect(choices[0]?.message.tool_calls?.map((call) => call.function.arguments)).toEqual([
      every((n) => n % 2 === 0),
      every((n) => n % 2 === 1),
    ]);
    expect(choices[1]?.message.content).toBe(every((n) => n % 10 === 0));
    expect(choices[2]?.message.content).toBe(every((n) => n % 10 === 5));
  });

  it("L8 a silent upstream whose client and whose own side break at once leaves nothing unhandled", async () => {
    const silent = await door.upstream(silentScript);
    const route = await door.route([silent]);
    const leaving = new AbortController();
    const call = door.chat(route, {}, { signal: leaving.signal }).catch(() => "left");
    await silent.nthRequest(1);
    leaving.abort();
    await silent.close();
    expect(await call).toBe("left");
    await wait(100);
    expect(door.sluice.output()).not.toMatch(/unhandled|uncaught/i);
  });
}
