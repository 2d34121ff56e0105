import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { piecesOf } from "./protocols/answer-pieces.ts";
import type { Answer, WireName } from "./protocols/conversation.ts";
import { wireNames } from "./protocols/conversation.ts";
import { wires } from "./protocols/wires.ts";
import { arbitraryAnswer } from "./testing/arbitrary-answers.ts";
import { makeGateway, makeProvider, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, fault, head, json, type Step } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";
import { answerContext, writeEvents } from "./testing/wire-kit.ts";
import type { CatalogProvider } from "./types.ts";

/**
 * What a client of each format is told by an upstream of each format, however its bytes are cut, wherever they end and
 * whatever stands in them.
 */

const providers: Record<WireName, Partial<CatalogProvider>> = {
  "openai-chat": { wireApi: "chat" },
  "openai-responses": { wireApi: "responses" },
  "anthropic-messages": { protocol: "anthropic" },
  gemini: { protocol: "gemini" },
};

const question = [{ role: "user", content: "Hi" }];
const requests: Record<WireName, (stream: boolean) => { path: string; query?: string; body: object }> = {
  "openai-chat": (stream) => ({ path: "/v1/chat/completions", body: { model: "g", stream, messages: question } }),
  "openai-responses": (stream) => ({ path: "/v1/responses", body: { model: "g", stream, store: false, input: "Hi" } }),
  "anthropic-messages": (stream) => ({
    path: "/v1/messages",
    body: { model: "g", stream, max_tokens: 9, messages: question },
  }),
  gemini: (stream) => ({
    path: `/v1beta/models/g:${stream ? "streamGenerateContent" : "generateContent"}`,
    query: "alt=sse",
    body: { contents: [{ parts: [{ text: "Hi" }] }] },
  }),
};

/** What a complete stream ends with. */
const ends: Record<WireName, RegExp> = {
  "openai-chat": /data: \[DONE\]\n\n$/,
  "openai-responses": /event: response\.(completed|incomplete)\n[^\n]*\n\n$/,
  "anthropic-messages": /event: message_stop\n[^\n]*\n\n$/,
  gemini: /"finishReason"[^\n]*\n\n$/,
};

/** What a stream ends with that broke. */
const errors: Record<WireName, RegExp> = {
  "openai-chat": /\ndata: \{"error":\{"message":[^\n]*"upstream_stream_interrupted"[^\n]*\n\n$/,
  "openai-responses": /\nevent: response\.failed\n[^\n]*\n\n$/,
  "anthropic-messages": /\nevent: error\ndata: \{"type":"error","error":[^\n]*\n\n$/,
  gemini: /\ndata: \{"error":\{"code":\d+[^\n]*\n\n$/,
};

const fromFirst = "id_of_the_first";
const fromSecond = "said by the second";
const pairs = wireNames.flatMap((client) => wireNames.map((upstream) => [client, upstream] as const));

function streamOf(upstream: WireName, answer: Answer): string {
  const wire = wires[upstream];
  const text = writeEvents(wire, piecesOf({ ...answer, id: fromFirst }), answerContext());
  return wire.format.streamEnd === "done_mark" ? `${text}data: [DONE]\n\n` : text;
}

/** A call on P1, which is of this format and plays this; P2 answers every chat. */
async function call(client: WireName, upstream: WireName, stream: boolean, ...steps: Step[]) {
  const catalog = routeOver(["P1", "P2"], { provider: { wireApi: "chat" } });
  const first = makeProvider("P1", providers[upstream]);
  const kit = makeGateway({ ...catalog, providers: new Map(catalog.providers).set("prv_P1", first) });
  kit.transport.on("p1", [connected, ...steps]);
  kit.transport.on("p2", json(200, chatCompletion({ content: fromSecond })));
  const { body, ...rest } = requests[client](stream);
  const reply = await kit.request({ ...rest, body: JSON.stringify(body) });
  for (let n = 0; n < 4; n++) await kit.clock.advanceAsync(500);
  const [record] = kit.records;
  if (!record) throw new Error("the call has no record");
  expect(kit.bugs).toEqual([]);
  expect([reply.ended, reply.destroyed]).toEqual([true, false]);
  const { status, text } = reply;
  return { status, text, outcome: record.outcome, usage: record.usage, attempts: record.receipt.attempts };
}

const eventStream = head(200, { "content-type": "text/event-stream" });
const lineEnds = ["\n", "\r\n", "\r"] as const;

describe.each(pairs)("a client of %s and an upstream of %s", (client, upstream) => {
  it("say the same wherever the bytes are cut, whatever ends their lines and stands between", async () => {
    const cuts = fc.array(fc.nat(5000), { maxLength: 12 });
    const layout = fc.record({ line: fc.constantFrom(...lineEnds), comments: fc.boolean(), mark: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), fc.boolean(), cuts, layout, async (answer, stream, at, how) => {
        const text = streamOf(upstream, answer);
        const plain = await call(client, upstream, stream, eventStream, data(text), end);
        const commented = how.comments ? text.replaceAll("\n\n", "\n\n: still here\n\n") : text;
        const odd = Buffer.from(`${how.mark ? "\ufeff" : ""}${commented.replaceAll("\n", how.line)}`);
        const places = [0, ...at.map((place) => place % odd.length).sort((a, b) => a - b), odd.length];
        const pieces = places.slice(1).map((place, n) => odd.subarray(places[n], place));
        const told = (steps: Buffer[]) => call(client, upstream, stream, eventStream, ...steps.map(data), end);
        expect(strip(await told(pieces))).toEqual(strip(plain));
        expect(strip(await told(Array.from(odd, (byte) => Buffer.from([byte]))))).toEqual(strip(plain));
      }),
      { numRuns: 12 },
    );
  });

  it("end in an answer, an error in the client's words, or at the next provider, wherever the bytes end", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), fc.boolean(), fc.nat(), fc.boolean(), async (answer, stream, cut, breaks) => {
        const bytes = Buffer.from(streamOf(upstream, answer));
        const begun = bytes.subarray(0, cut % bytes.length);
        const last = breaks ? fault("stream_broken") : end;
        const { text, outcome } = await call(client, upstream, stream, eventStream, data(begun), last);
        if (outcome === "rescued") {
          expect(text).toContain(fromSecond);
          expect(text).not.toContain(fromFirst);
          return;
        }
        expect(text).not.toContain(fromSecond);
        if (outcome === "ok") {
          if (stream) expect(text).toMatch(ends[client]);
          return;
        }
        expect([stream, outcome]).toEqual([true, "interrupted"]);
        expect(text).toMatch(errors[client]);
        for (const wire of wireNames) if (wire !== "gemini") expect(text).not.toMatch(ends[wire]);
      }),
      { numRuns: 40 },
    );
  });

  it("get through any nonsense in the place of any member", async () => {
    const nonsense = fc.jsonValue({ maxDepth: 2 });
    const lie = fc.record({ at: fc.nat(), value: fc.option(nonsense, { nil: undefined }) });
    const lies = fc.array(lie, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), fc.boolean(), fc.boolean(), lies, async (answer, stream, isWhole, told) => {
        const { status, text, outcome, usage, attempts } = isWhole
          ? await call(client, upstream, stream, ...wholeWith(upstream, answer, told))
          : await call(client, upstream, stream, eventStream, data(streamWith(upstream, answer, told)), end);
        expect(attempts.filter(({ message }) => message?.startsWith("unreadable"))).toEqual([]);
        expect(outcome === "rescued").toBe(text.includes(fromSecond));
        if (status === 200 && !stream) expect(() => JSON.parse(text)).not.toThrow();
        for (const count of usage ? [usage.input, usage.output, usage.cached, usage.reasoning] : [])
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

/** All but when things happened. */
function strip({ status, text, outcome, usage }: Awaited<ReturnType<typeof call>>) {
  return { status, text, outcome, usage };
}

type Lie = { at: number; value: unknown };

/** Puts each lie in the place of one member, wherever in the value; undefined takes the member away. */
function spoil(root: unknown, lies: readonly Lie[]): void {
  for (const { at, value } of lies) {
    const places: [Record<string, unknown>, string][] = [];
    const look = (inside: unknown): void => {
      if (typeof inside !== "object" || inside === null) return;
      for (const [name, member] of Object.entries(inside)) {
        places.push([inside as Record<string, unknown>, name]);
        look(member);
      }
    };
    look(root);
    const [owner, name] = places[at % places.length] ?? [];
    if (!owner || name === undefined) continue;
    if (value === undefined) delete owner[name];
    else owner[name] = structuredClone(value);
  }
}

function wholeWith(upstream: WireName, answer: Answer, lies: readonly Lie[]): Step[] {
  const body = wires[upstream].writeAnswer({ ...answer, id: fromFirst }, answerContext());
  spoil(body, lies);
  return [head(200, { "content-type": "application/json" }), data(JSON.stringify(body)), end];
}

function streamWith(upstream: WireName, answer: Answer, lies: readonly Lie[]): string {
  const lines = streamOf(upstream, answer).split("\n");
  const isJson = (line: string) => line.startsWith("data: {");
  const events = lines.filter(isJson).map((line) => JSON.parse(line.slice(6)) as unknown);
  spoil(events, lies);
  const spoilt = [...events];
  return lines.map((line) => (isJson(line) ? `data: ${JSON.stringify(spoilt.shift() ?? null)}` : line)).join("\n");
}
