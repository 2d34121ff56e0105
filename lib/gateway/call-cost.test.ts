import { describe, expect, it } from "vitest";
import { type GatewayKit, makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, events, head, json, type Play, refused, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems, chatUsageChunk } from "./testing/scripted-upstream.ts";
import type { TokenCounter } from "./tokens.ts";
import type { CallRecord, Prices } from "./types.ts";

/** One nano-dollar a token, whichever way. */
const prices: Prices = { input: 1_000_000, output: 1_000_000, cachedInput: null, cacheWrite: null, call: null };

function priced(more: Partial<Prices> = {}, tokens?: TokenCounter): GatewayKit {
  const catalog = routeOver(["P1", "P2"], { deployment: { prices: { ...prices, ...more } } });
  return makeGateway(catalog, tokens && { tokens });
}

function only(kit: GatewayKit): CallRecord {
  const [record] = kit.records;
  if (!record || kit.records.length > 1) throw new Error(`there are ${kit.records.length} records`);
  return record;
}

const unsaid = events([...chatStreamItems(["Hello", " there."], { usage: false }), "[DONE]"]);

describe("the cost of a call", () => {
  it("does not keep the end of an answer waiting for longer than 200 ms, and then goes by size", async () => {
    const kit = priced({}, { count: () => new Promise(() => {}) });
    kit.transport.on("p1", unsaid);
    const reply = await kit.chat({ stream: true });
    expect(reply.said).toBe("Hello there.");
    await kit.clock.advanceAsync(199);
    expect(reply.ended).toBe(false);
    await kit.clock.advanceAsync(1);
    expect(reply.ended).toBe(true);
    expect(reply.events.at(-1)).toBe("[DONE]");
    expect(only(kit).usage).toMatchObject({ output: 3, source: "estimate" });
  });

  it("asks no tokenizer where the provider told usage", async () => {
    const asked: string[] = [];
    const kit = priced({}, { count: async (texts) => asked.push(...texts) });
    kit.transport.on("p1", events([...chatStreamItems(["Hello"]), "[DONE]"]));
    await kit.chat({ stream: true });
    expect(only(kit)).toMatchObject({ usage: { input: 9, output: 12, source: "provider" }, cost: { nanos: 21 } });
    expect(asked).toEqual([]);
  });

  it("counts the text of the prompt and of the answer, not the JSON around them", async () => {
    const counted: string[] = [];
    const kit = priced({}, { count: async (texts) => counted.push(...texts) });
    kit.transport.on("p1", unsaid);
    await kit.chat({ stream: true, messages: [{ role: "user", content: "How are you?" }] });
    expect(counted).toEqual(["How are you?", "Hello there."]);
  });

  it("is for a call that was given up what was received of it", async () => {
    const kit = priced();
    const spoken = [
      head(200, { "content-type": "text/event-stream" }),
      data(`data: ${chatChunk({ content: "12345678" })}\n\n`),
    ];
    kit.transport.on("p1", [connected, ...spoken]);
    const reply = await kit.chat({ stream: true });
    reply.leave();
    await kit.clock.advanceAsync(1);
    const { outcome, usage, cost } = only(kit);
    expect({ outcome, usage, cost }).toMatchObject({
      outcome: "client_left",
      // "hi", three tokens around the message, three that begin the answer; eight bytes of answer.
      usage: { input: 1 + 3 + 3, output: 2, source: "estimate" },
      cost: { nanos: 9, source: "estimate" },
    });
  });

  it("counts tool calls and reasoning too, which a model writes though it says nothing", async () => {
    const args = JSON.stringify({ text: "word ".repeat(400) });
    const call = { index: 0, id: "c", type: "function", function: { name: "note", arguments: args } };
    const reasoning = "so then ".repeat(300);
    const whole = { role: "assistant", content: null, reasoning_content: reasoning, tool_calls: [call] };
    const untold = { id: "c", choices: [{ index: 0, message: whole, finish_reason: "tool_calls" }] };
    const pieces = [chatChunk({ reasoning_content: reasoning }), chatChunk({ tool_calls: [call] })];
    const begun = [connected, head(200, { "content-type": "text/event-stream" })];
    for (const play of [
      json(200, untold),
      [...begun, ...pieces.map((piece) => data(`data: ${piece}\n\n`)), wait(1e9)] satisfies Play,
    ]) {
      const kit = makeGateway(routeOver(["P1"]));
      kit.transport.on("p1", play);
      const reply = await kit.chat({ stream: play.length > 4 });
      if (!reply.ended) reply.leave();
      await kit.clock.advanceAsync(500);
      const output = kit.records[0]?.usage?.output ?? 0;
      const written = (args.length + reasoning.length) / 4;
      expect(output).toBeGreaterThan(written * 0.9);
      expect(output).toBeLessThan(written * 1.1);
    }
  });

  it("of a failed attempt is what its provider reported, else nothing, also with a price per call", async () => {
    const kit = priced({ call: 1000 });
    const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 };
    const empty = { ...chatCompletion({ content: "", finishReason: null }), usage };
    kit.transport.on("p1", json(200, empty));
    kit.transport.on("p2", json(200, chatCompletion()));
    await kit.chat();
    expect(only(kit).receipt.attempts.map(({ cost }) => cost?.nanos)).toEqual([1005, 1021]);

    const second = priced({ call: 1000 });
    second.transport.on("p1", refused);
    second.transport.on("p2", json(200, chatCompletion()));
    await second.chat();
    expect(only(second).receipt.attempts.map(({ cost }) => cost?.nanos)).toEqual([undefined, 1021]);
  });

  it("is the provider's own, also from a stream whose client did not ask for usage", async () => {
    const kit = priced();
    const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5, cost: 0.25 };
    kit.transport.on("p1", events([...chatStreamItems(["Hello"], { usage: false }), chatUsageChunk(usage), "[DONE]"]));
    const reply = await kit.chat({ stream: true });
    expect(reply.text).not.toContain("usage");
    expect(only(kit).cost).toEqual({ nanos: 250_000_000, source: "provider" });
  });

  it("comes with usage that a client who asked for it can read: what is partial or nonsense stays here", async () => {
    const kit = priced();
    const whole = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };
    const chunks = [{ prompt_tokens: 9 }, { prompt_tokens: -1, completion_tokens: 2 }, whole].map(chatUsageChunk);
    kit.transport.on("p1", events([...chatStreamItems(["Hello"], { usage: false }), ...chunks, "[DONE]"]));
    const reply = await kit.chat({ stream: true, stream_options: { include_usage: true } });
    const seen = reply.events.filter((data) => data.includes("usage")).map((data) => JSON.parse(data).usage);
    expect(seen).toEqual([whole]);
    expect(only(kit)).toMatchObject({ usage: { input: 9, output: 12, source: "provider" } });
  });

  it("that cannot be true is ignored, and the call says so", async () => {
    const kit = priced();
    const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5, cost: -1 };
    kit.transport.on("p1", [...json(200, chatCompletion({ usage })), end]);
    await kit.chat();
    expect(only(kit)).toMatchObject({ cost: { nanos: 5, source: "catalogue" }, flags: ["usage_implausible"] });
  });
});
