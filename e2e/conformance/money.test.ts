import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import {
  chatChunk,
  chatCompletion,
  chatUsageChunk,
  jsonScript,
  resetScript,
  type Script,
  type SseItem,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { Page } from "../../lib/schemas/common.ts";
import type { CallView } from "../../lib/schemas/logs.ts";
import { readAnswer } from "../support/answers.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { callRow, lastCallOfKey, type Route } from "../support/routes.ts";

/** US dollars per 1M tokens. */
const prices = { inputPrice: 3, cachedInputPrice: "0.3", cacheWritePrice: "3.75", outputPrice: 15 };

function pricedRoute(door: DoorTest, origin: string, more: Record<string, unknown> = prices): Promise<Route> {
  return door.route([{ origin, deployment: more }]);
}

function post(door: DoorTest, route: Route, path: string, body: Record<string, unknown> | FormData): Promise<Response> {
  const isForm = body instanceof FormData;
  if (isForm) body.set("model", route.model);
  return fetch(`${door.sluice.baseUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${route.key}`, ...(!isForm && { "content-type": "application/json" }) },
    body: isForm ? body : JSON.stringify({ model: route.model, ...body }),
  });
}

function recording(): FormData {
  const form = new FormData();
  form.set("file", new Blob([Buffer.alloc(64, 1)], { type: "audio/wav" }), "a.wav");
  return form;
}

type Whole = {
  shape: string;
  path: string;
  body: () => Record<string, unknown> | FormData;
  answer: Record<string, unknown>;
  usage: Record<string, number>;
  /** By the prices above. */
  usd: string;
};

const chatBody = () => ({ messages: [{ role: "user", content: "Say hello." }] });
const wholeAnswers: Whole[] = [
  {
    shape: "chat with cached and reasoning tokens",
    path: "/v1/chat/completions",
    body: chatBody,
    answer: chatCompletion({
      usage: {
        ...{ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
        prompt_tokens_details: { cached_tokens: 64 },
        completion_tokens_details: { reasoning_tokens: 12 },
      },
    }),
    usage: { input: 100, cached: 64, output: 20, reasoning: 12 },
    usd: "0.0004272",
  },
  {
    shape: "chat with DeepSeek's cache hits",
    path: "/v1/chat/completions",
    body: chatBody,
    answer: chatCompletion({
      usage: { prompt_tokens: 50, completion_tokens: 5, total_tokens: 55, prompt_cache_hit_tokens: 40 },
    }),
    usage: { input: 50, cached: 40, output: 5 },
    usd: "0.000117",
  },
  {
    shape: "completions",
    path: "/v1/completions",
    body: () => ({ prompt: "Say hello." }),
    answer: {
      object: "text_completion",
      choices: [{ index: 0, text: "Hello.", finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    },
    usage: { input: 3, output: 2 },
    usd: "0.000039",
  },
  {
    shape: "embeddings",
    path: "/v1/embeddings",
    body: () => ({ input: "hello" }),
    answer: { object: "list", data: [{ index: 0, embedding: [0.1] }], usage: { prompt_tokens: 8, total_tokens: 8 } },
    usage: { input: 8, output: 0 },
    usd: "0.000024",
  },
  {
    shape: "rerank with a total alone",
    path: "/v1/rerank",
    body: () => ({ query: "q", documents: ["a", "b"] }),
    answer: { results: [{ index: 0, relevance_score: 0.9 }], usage: { total_tokens: 815 } },
    usage: { input: 815, output: 0 },
    usd: "0.002445",
  },
  {
    shape: "Responses",
    path: "/v1/responses",
    body: () => ({ input: "Say hello." }),
    answer: {
      id: "resp_1",
      object: "response",
      status: "completed",
      output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello." }] }],
      usage: {
        ...{ input_tokens: 75, output_tokens: 30, total_tokens: 105 },
        input_tokens_details: { cached_tokens: 32 },
        output_tokens_details: { reasoning_tokens: 10 },
      },
    },
    usage: { input: 75, cached: 32, output: 30, reasoning: 10 },
    usd: "0.0005886",
  },
  {
    shape: "images",
    path: "/v1/images/generations",
    body: () => ({ prompt: "a tree" }),
    answer: {
      created: 1,
      data: [{ b64_json: "AAAA" }],
      usage: { input_tokens: 10, output_tokens: 40, total_tokens: 50 },
    },
    usage: { input: 10, output: 40 },
    usd: "0.00063",
  },
  {
    shape: "a transcription by tokens",
    path: "/v1/audio/transcriptions",
    body: recording,
    answer: { text: "hello", usage: { type: "tokens", input_tokens: 14, output_tokens: 4, total_tokens: 18 } },
    usage: { input: 14, output: 4 },
    usd: "0.000102",
  },
  {
    shape: "Anthropic Messages, relayed, whose input leaves the caches out",
    path: "/v1/vendor/messages",
    body: () => ({ ...chatBody(), max_tokens: 10 }),
    answer: {
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "Hello." }],
      usage: { input_tokens: 10, cache_read_input_tokens: 200, cache_creation_input_tokens: 30, output_tokens: 5 },
    },
    usage: { input: 240, cached: 200, output: 5 },
    usd: "0.0002775",
  },
];

type Streamed = { shape: string; path: string; body: () => Record<string, unknown>; items: SseItem[]; done: boolean };

const said = chatChunk({ content: "Hello." });
const responsesUsage = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };
/** Each says 100 tokens in, 20 out, in its own way. */
const streamedAnswers: Streamed[] = [
  {
    shape: "chat whose usage is null, then provisional, then final",
    path: "/v1/chat/completions",
    body: chatBody,
    items: [
      JSON.stringify({ ...(JSON.parse(said) as object), usage: null }),
      chatUsageChunk({ prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 }),
      chatChunk({}, "stop"),
      chatUsageChunk({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }),
      chatUsageChunk(null),
    ],
    done: true,
  },
  {
    shape: "chat with a running total in each event",
    path: "/v1/chat/completions",
    body: chatBody,
    items: [5, 10, 20].map((completion_tokens) =>
      JSON.stringify({
        ...(JSON.parse(completion_tokens === 20 ? chatChunk({}, "stop") : said) as object),
        usage: { prompt_tokens: 100, completion_tokens, total_tokens: 100 + completion_tokens },
      }),
    ),
    done: true,
  },
  {
    shape: "Responses",
    path: "/v1/responses",
    body: () => ({ input: "Say hello." }),
    items: [
      { event: "response.created", data: JSON.stringify({ type: "response.created", response: { usage: null } }) },
      {
        event: "response.output_text.delta",
        data: JSON.stringify({ type: "response.output_text.delta", delta: "Hello." }),
      },
      {
        event: "response.completed",
        data: JSON.stringify({
          type: "response.completed",
          response: { id: "resp_1", status: "completed", output: [], usage: responsesUsage },
        }),
      },
    ],
    done: false,
  },
  {
    shape: "Anthropic Messages, relayed, in pieces",
    path: "/v1/vendor/messages",
    body: () => ({ ...chatBody(), max_tokens: 10 }),
    items: [
      {
        event: "message_start",
        data: JSON.stringify({ type: "message_start", message: { usage: { input_tokens: 100, output_tokens: 1 } } }),
      },
      {
        event: "content_block_delta",
        data: JSON.stringify({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello." } }),
      },
      {
        event: "message_delta",
        data: JSON.stringify({
          type: "message_delta",
          delta: { stop_reason: "end_turn" },
          usage: { output_tokens: 20 },
        }),
      },
      { event: "message_stop", data: JSON.stringify({ type: "message_stop" }) },
    ],
    done: false,
  },
];

/** Three tokens around the message, three that begin the answer. */
const promptTokens = countTokens("Say hello.") + 3 + 3;

onEachDoor((door) => {
  describe("what a whole answer costs", () => {
    it.each(wholeAnswers)("is exact for $shape", async ({ path, body, answer, usage, usd }) => {
      const upstream = await door.upstream(jsonScript(200, answer));
      const response = await post(door, await pricedRoute(door, upstream.origin), path, body());
      expect(response.status, await response.clone().text()).toBe(200);
      expect(response.headers.get("x-sluice-cost-usd")).toBe(usd);
      const row = await callRow(door.sluice, response.headers.get("x-request-id"));
      expect(row).toMatchObject({
        usage: { ...usage, source: "provider" },
        cost: { usd, source: "catalogue" },
      });
    });

    it("is what the provider says where it says so, whatever the prices are", async () => {
      const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, cost: 0.00001234567 };
      const upstream = await door.upstream(jsonScript(200, chatCompletion({ usage })));
      for (const more of [prices, {}]) {
        const answer = await readAnswer(await door.chat(await pricedRoute(door, upstream.origin, more)));
        expect(answer.headers.get("x-sluice-cost-usd")).toBe("0.000012346");
        expect((await callRow(door.sluice, answer.requestId)).cost).toEqual({ usd: "0.000012346", source: "provider" });
      }
    });

    it("is unknown, not 0, without a price that is needed", async () => {
      const upstream = await door.upstream(jsonScript(200, chatCompletion()));
      const answer = await readAnswer(await door.chat(await pricedRoute(door, upstream.origin, { inputPrice: 3 })));
      expect(answer.headers.get("x-sluice-cost-usd")).toBeNull();
      expect(await callRow(door.sluice, answer.requestId)).toMatchObject({
        cost: null,
        usage: { input: 9, output: 12 },
      });
    });

    it("is the price of a call where that is all there is, also for an answer billed by seconds", async () => {
      const seconds = { text: "hello", usage: { type: "duration", seconds: 12 } };
      const upstream = await door.upstream(jsonScript(200, seconds));
      const route = await pricedRoute(door, upstream.origin, { callPrice: "0.006" });
      const response = await post(door, route, "/v1/audio/transcriptions", recording());
      expect(response.headers.get("x-sluice-cost-usd")).toBe("0.006");
      const row = await callRow(door.sluice, response.headers.get("x-request-id"));
      expect(row).toMatchObject({ usage: null, cost: { usd: "0.006", source: "catalogue" } });
    });

    it("is nothing for a provider that failed before another answered", async () => {
      const failing = await door.upstream(resetScript);
      const answering = await door.upstream(jsonScript(200, chatCompletion()));
      const route = await door.route(
        [failing, answering].map(({ origin }) => ({ origin, deployment: { callPrice: "0.01" } })),
      );
      const answer = await readAnswer(await door.chat(route));
      const row = await callRow(door.sluice, answer.requestId);
      expect(row.cost).toEqual({ usd: "0.01", source: "catalogue" });
      expect(row.receipt.attempts.map(({ cost }) => cost)).toEqual([null, { nanos: 10_000_000, source: "catalogue" }]);
    });

    it.each([-5, 1e30, "12", 1.5])("is estimated and flagged when a count is %s", async (bad) => {
      const usage = { prompt_tokens: bad, completion_tokens: 20, total_tokens: 120 };
      const upstream = await door.upstream(jsonScript(200, chatCompletion({ usage })));
      const answer = await readAnswer(await door.chat(await pricedRoute(door, upstream.origin)));
      expect(Number(answer.headers.get("x-sluice-cost-usd"))).toBeGreaterThan(0);
      const row = await callRow(door.sluice, answer.requestId);
      expect(row).toMatchObject({ usage: { source: "estimate" }, cost: { source: "estimate" } });
      expect(row.flags).toContain("usage_implausible");
    });
  });

  describe("what a stream costs", () => {
    it.each(streamedAnswers)("is counted once for $shape", async ({ path, body, items, done }) => {
      const upstream = await door.upstream(sseScript(items, { end: done ? "done" : "eof" }));
      const response = await post(door, await pricedRoute(door, upstream.origin), path, { ...body(), stream: true });
      expect(await response.text()).toContain("Hello.");
      const row = await callRow(door.sluice, response.headers.get("x-request-id"));
      expect(row).toMatchObject({
        outcome: "ok",
        usage: { input: 100, output: 20, source: "provider" },
        cost: { usd: "0.0006", source: "catalogue" },
      });
    });

    it("is what the provider says at its end", async () => {
      const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, cost: "0.5" };
      const upstream = await door.upstream(sseScript([said, chatChunk({}, "stop"), chatUsageChunk(usage)]));
      const answer = await readAnswer(await door.chat(await pricedRoute(door, upstream.origin), { stream: true }));
      expect((await callRow(door.sluice, answer.requestId)).cost).toEqual({ usd: "0.5", source: "provider" });
    });

    const words = Array.from({ length: 20 }, (_, index) => ` word${index}`);
    const spoken = words.map((content) => chatChunk({ content }));
    const received = countTokens(words.join(""));

    /** The first count of a process may come too late, while the vocabulary is being read. */
    async function warm(): Promise<void> {
      const upstream = await door.upstream(jsonScript(200, chatCompletion({ usage: null })));
      const route = await pricedRoute(door, upstream.origin);
      for (let calls = 0; calls < 20; calls++) {
        const answer = await readAnswer(await door.chat(route));
        const row = await callRow(door.sluice, answer.requestId);
        if (row.usage?.input === promptTokens) return;
      }
      throw new Error("no estimate came from the tokenizer");
    }

    it("S45, C13: is estimated by a tokenizer and marked where the provider tells no usage", async () => {
      await warm();
      const upstream = await door.upstream(sseScript([...spoken, chatChunk({}, "stop")]));
      const answer = await readAnswer(await door.chat(await pricedRoute(door, upstream.origin), { stream: true }));
      const row = await callRow(door.sluice, answer.requestId);
      expect(row).toMatchObject({
        outcome: "ok",
        usage: { input: promptTokens, output: received, source: "estimate" },
        cost: { source: "estimate" },
      });
      expect(Number(row.cost?.usd)).toBeCloseTo((promptTokens * 3 + received * 15) / 1e6, 9);
    });

    it("is what was received when the provider breaks off", async () => {
      await warm();
      const upstream = await door.upstream(sseScript(spoken, { end: "cut" }));
      const answer = await readAnswer(await door.chat(await pricedRoute(door, upstream.origin), { stream: true }));
      expect(answer.isDone).toBe(false);
      expect(await callRow(door.sluice, answer.requestId)).toMatchObject({
        outcome: "interrupted",
        usage: { input: promptTokens, output: received, source: "estimate" },
        cost: { source: "estimate" },
      });
    });

    it("C-07 is counted away from the calls: 30 clients with 5 MB prompts leave at once, and all else goes on", async () => {
      const upstream = await door.upstream(sseScript(spoken, { end: "hang" }));
      const route = await pricedRoute(door, upstream.origin);
      const content = "The quick brown fox jumps over the lazy dog. ".repeat(116_000);
      const leaving = new AbortController();
      const answers = Array.from({ length: 30 }, async () => {
        const response = await door.chat(
          route,
          { stream: true, messages: [{ role: "user", content }] },
          { signal: leaving.signal },
        );
        await response.body?.getReader().read();
      });
      await Promise.all(answers);
      leaving.abort();
      let slowestMs = 0;
      for (const until = performance.now() + 1500; performance.now() < until; ) {
        const before = performance.now();
        await (await fetch(`${door.sluice.baseUrl}/api/ready`)).arrayBuffer();
        slowestMs = Math.max(slowestMs, performance.now() - before);
      }
      expect(slowestMs).toBeLessThan(100);
      const deadline = performance.now() + 10_000;
      let rows: CallView[] = [];
      while (rows.length < 30 && performance.now() < deadline)
        ({ items: rows } = await door.sluice.admin<Page<CallView>>("GET", `/logs?key=${route.keyId}&limit=50`));
      expect(rows.map(({ outcome }) => outcome)).toEqual(Array(30).fill("client_left"));
      for (const { usage } of rows) {
        expect(usage?.source).toBe("estimate");
        expect(usage?.input).toBeGreaterThan(1_000_000);
      }
    });

    it("is what was received when the client leaves", async () => {
      await warm();
      const upstream = await door.upstream(sseScript(spoken, { end: "hang" }) satisfies Script);
      const route = await pricedRoute(door, upstream.origin);
      const leaving = new AbortController();
      const response = await door.chat(route, { stream: true }, { signal: leaving.signal });
      const decoder = new TextDecoder();
      let seen = "";
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        seen += decoder.decode(chunk, { stream: true });
        if (seen.includes("word19")) break;
      }
      leaving.abort();
      expect(await lastCallOfKey(door.sluice, route)).toMatchObject({
        outcome: "client_left",
        usage: { input: promptTokens, output: received, source: "estimate" },
        cost: { source: "estimate" },
      });
    });
  });
});
