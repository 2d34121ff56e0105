import { describe, expect, it } from "vitest";
import { estimateOf } from "./call-estimate.ts";
import { readChatRequest } from "./chat-request.ts";
import { readPlainRequest } from "./json-requests.ts";
import { makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";
import { json } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";

const bytes = (body: unknown) => Buffer.from(JSON.stringify(body));
const chat = (content: unknown, more: Record<string, unknown> = {}) =>
  readChatRequest(bytes({ model: "g", messages: [{ role: "user", content }], ...more }));
const tokensOf = (request: Parameters<typeof estimateOf>[0]) => estimateOf(request, null).tokens;

describe("the estimate of a call", () => {
  it("is a quarter of its bytes and the largest answer it asks for, for every choice", () => {
    const request = chat("x".repeat(4000), { max_tokens: 50, n: 3 });
    expect(tokensOf(request)).toBeGreaterThanOrEqual(1150);
    expect(tokensOf(request)).toBeLessThan(1200);
  });

  it("counts the text of embeddings, moderations, searches and speech, so that a quota of tokens holds for them too", () => {
    const long = "word ".repeat(800);
    expect(tokensOf(readPlainRequest("embeddings", bytes({ model: "g", input: [long] })))).toBeGreaterThan(1000);
    expect(tokensOf(readPlainRequest("moderations", bytes({ model: "g", input: long })))).toBeGreaterThan(1000);
    expect(tokensOf(readPlainRequest("audio.speech", bytes({ model: "g", input: long })))).toBeGreaterThan(1000);
    const documents = [{ text: long }, long];
    expect(tokensOf(readPlainRequest("rerank", bytes({ model: "g", query: "q", documents })))).toBeGreaterThan(2000);
  });

  it("counts nothing for pictures, sound and files, which are long and say little", () => {
    const data = "A".repeat(100_000);
    for (const part of [
      { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } },
      { type: "input_audio", input_audio: { data, format: "wav" } },
      { type: "file", file: { file_data: data } },
    ]) {
      const request = chat([{ type: "text", text: "what is this?" }, part], { max_tokens: 5 });
      expect([tokensOf(request), request.needs.inputTokens]).toEqual([5, 0]);
    }
    const picture = [{ type: "image_url", image_url: { url: data } }];
    expect(tokensOf(readPlainRequest("moderations", bytes({ model: "g", input: picture })))).toBe(0);
    expect(tokensOf(readPlainRequest("images.edits", bytes({ model: "g", prompt: "x", image: data })))).toBe(0);
  });

  it("is a whole number that can be counted, however many tokens are claimed", () => {
    for (const claim of [{ max_tokens: 1e300 }, { max_tokens: 1e300, n: 1e300 }, { max_tokens: 2 ** 40, best_of: 1e9 }])
      expect(tokensOf(chat("hi", claim))).toBeLessThan(2 ** 32);
  });
});

describe("a call that claims an absurd size", () => {
  const prices = { input: 1_000_000_000, output: 2_000_000_000, cachedInput: null, cacheWrite: null, call: null };

  it("is answered where nothing limits it", async () => {
    const kit = makeGateway(routeOver(["P1"], { keys: { sent: { key: makeKey() } }, deployment: { prices } }));
    kit.transport.on("p1", json(200, chatCompletion()));
    const reply = await kit.chat({ max_tokens: 1e300, n: 1e300 }, { authorization: "Bearer sent" });
    expect(reply.status).toBe(200);
  });

  it("charges amounts that can be stored, also where the provider tells no usage", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(200, { created: 1, data: [{ url: "http://x" }] }));
    const body = JSON.stringify({ model: "g", prompt: "a cat", max_tokens: 1e300 });
    const reply = await kit.request({ path: "/v1/images/generations", body });
    expect(reply.status).toBe(200);
    expect(kit.records[0]?.charges).not.toEqual([]);
    for (const { amount } of kit.records[0]?.charges ?? []) expect(Number.isSafeInteger(amount)).toBe(true);
  });
});
