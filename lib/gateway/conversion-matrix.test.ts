import { describe, expect, it } from "vitest";
import { piecesOf } from "./protocols/answer-pieces.ts";
import type { Answer, WireName } from "./protocols/conversation.ts";
import { translationOf } from "./protocols/translation.ts";
import type { AnswerContext, Wire } from "./protocols/wire.ts";
import { wires } from "./protocols/wires.ts";
import { createSseReader } from "./sse.ts";
import { type GatewayKit, type MemoryReply, makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, head, json, type Play } from "./testing/scripted-transport.ts";
import type { CatalogProvider } from "./types.ts";

/** Every kind of provider, by the format it is asked in. */
const providers: readonly (readonly [string, WireName, Partial<CatalogProvider>])[] = [
  ["OpenAI asked for chats", "openai-chat", { wireApi: "chat" }],
  ["OpenAI asked for Responses", "openai-responses", { wireApi: "responses" }],
  ["Anthropic", "anthropic-messages", { protocol: "anthropic" }],
  ["Google", "gemini", { protocol: "gemini", baseUrl: "http://p1/v1beta" }],
  [
    "Azure with an API version",
    "openai-chat",
    { protocol: "azure", baseUrl: "http://p1", apiVersion: "2024-10-21", wireApi: "chat" },
  ],
];

const tool = {
  name: "look",
  description: "Looks.",
  schema: { type: "object", properties: { at: { type: "string" } } },
};

/** The same question in every format: text and a tool. */
const clients: readonly (readonly [WireName, (stream: boolean) => { path: string; query?: string; body: object }])[] = [
  [
    "openai-chat",
    (stream) => ({
      path: "/v1/chat/completions",
      body: {
        model: "g",
        stream,
        ...(stream && { stream_options: { include_usage: true } }),
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Where?" },
        ],
        tools: [
          { type: "function", function: { name: tool.name, description: tool.description, parameters: tool.schema } },
        ],
      },
    }),
  ],
  [
    "openai-responses",
    (stream) => ({
      path: "/v1/responses",
      body: {
        model: "g",
        stream,
        store: false,
        instructions: "Be brief.",
        input: "Where?",
        tools: [
          { type: "function", name: tool.name, description: tool.description, parameters: tool.schema, strict: false },
        ],
      },
    }),
  ],
  [
    "anthropic-messages",
    (stream) => ({
      path: "/v1/messages",
      body: {
        model: "g",
        stream,
        max_tokens: 500,
        system: "Be brief.",
        messages: [{ role: "user", content: "Where?" }],
        tools: [{ name: tool.name, description: tool.description, input_schema: tool.schema }],
      },
    }),
  ],
  [
    "gemini",
    (stream) => ({
      path: `/v1beta/models/g:${stream ? "streamGenerateContent" : "generateContent"}`,
      query: stream ? "alt=sse" : "",
      body: {
        systemInstruction: { parts: [{ text: "Be brief." }] },
        contents: [{ role: "user", parts: [{ text: "Where?" }] }],
        tools: [
          { functionDeclarations: [{ name: tool.name, description: tool.description, parameters: tool.schema }] },
        ],
      },
    }),
  ],
];

const answer: Answer = {
  id: "a1",
  model: "upstream-model",
  createdAt: 1_893_456_000,
  parts: [
    { kind: "text", text: "There." },
    { kind: "tool_call", id: "call_1", name: "look", arguments: '{"at":"sky"}', isCustom: false, signature: null },
  ],
  finish: { reason: "tool_calls", stopSequence: null },
  usage: { input: 20, output: 9, cached: 4, cacheWrite: 0, reasoning: 0 },
};

function contextOf(wire: Wire): AnswerContext {
  const [, ask] = clients.find(([name]) => name === wire.name) ?? clients[0] ?? [];
  const conversation = wire.readRequest((ask?.(true).body ?? {}) as Record<string, unknown>);
  let ids = 0;
  return { conversation, model: "g", includeUsage: true, newId: () => `id${++ids}`, now: () => 1e12 };
}

/** How a provider of this format plays the answer. */
function play(wire: Wire, stream: boolean): Play {
  if (!stream) return json(200, wire.writeAnswer(answer, contextOf(wire)));
  const writer = wire.createEventWriter(contextOf(wire));
  const text =
    piecesOf(answer)
      .map((piece) => writer.write(piece))
      .join("") + writer.end();
  const done = wire.format.streamEnd === "done_mark" ? "data: [DONE]\n\n" : "";
  return [connected, head(200, { "content-type": "text/event-stream" }), data(text + done), end];
}

/** What a client of this format was told. */
function told(wire: Wire, reply: MemoryReply, stream: boolean) {
  const { parts, finish, usage } = stream ? collected(wire, reply.text) : wire.readAnswer(reply.json());
  return {
    text: parts.map((part) => (part.kind === "text" ? part.text : "")).join(""),
    calls: parts.flatMap((part) => (part.kind === "tool_call" ? [[part.name, JSON.parse(part.arguments)]] : [])),
    finish: finish?.reason,
    usage: usage && [usage.input, usage.output, usage.cached],
  };
}

function collected(wire: Wire, text: string): Answer {
  const aggregator = translationOf(wire, wire, contextOf(wire)).createAggregator();
  const reader = createSseReader({
    onEvent: ({ data: line, event }) => line !== "[DONE]" && aggregator.add(line, event),
    onTooLarge: () => {},
  });
  reader.push(Buffer.from(text));
  return wire.readAnswer(aggregator.result());
}

const rows = clients.flatMap(([client, ask]) =>
  providers.flatMap(([what, upstream, provider]) =>
    [false, true].map((stream) => ({ client, ask, what, upstream, provider, stream })),
  ),
);

describe.each(rows)("a $client client at $what (stream: $stream)", ({ client, ask, upstream, provider, stream }) => {
  const call = async (upstreamStreams: boolean): Promise<{ kit: GatewayKit; reply: MemoryReply }> => {
    const kit = makeGateway(routeOver(["P1"], { provider }));
    kit.transport.on("p1", play(wires[upstream], upstreamStreams));
    const { body, ...rest } = ask(stream);
    const reply = await kit.request({ ...rest, body: JSON.stringify(body) });
    return { kit, reply };
  };
  const expected = { text: "There.", calls: [["look", { at: "sky" }]], finish: "tool_calls", usage: [20, 9, 4] };

  it("asks what was asked and is told what was answered, with the counts in its log", async () => {
    const { kit, reply } = await call(stream);
    expect(reply.status).toBe(200);
    expect(told(wires[client], reply, stream)).toEqual(expected);
    const [sent] = kit.transport.sent;
    const asked = wires[upstream].readRequest(sent?.json() ?? {});
    expect(asked.system.map(({ text }) => text)).toEqual(["Be brief."]);
    expect(asked.turns).toMatchObject([{ role: "user", parts: [{ kind: "text", text: "Where?" }] }]);
    expect(asked.tools).toMatchObject([{ name: "look", description: "Looks." }]);
    expect(kit.records[0]).toMatchObject({
      outcome: "ok",
      stream,
      usage: { input: 20, output: 9, cached: 4, source: "provider" },
    });
    expect(reply.headers["content-type"]).toBe(stream ? "text/event-stream; charset=utf-8" : "application/json");
    expect(reply.text.includes("[DONE]")).toBe(stream && client === "openai-chat");
  });

  it("is told the same where the provider answers in the other form", async () => {
    const { reply } = await call(!stream);
    expect(told(wires[client], reply, stream)).toEqual(expected);
  });
});
