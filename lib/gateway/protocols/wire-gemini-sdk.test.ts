import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  FunctionCallingConfigMode,
  type GenerateContentResponse,
  GoogleGenAI,
  ThinkingLevel,
  Type,
} from "@google/genai";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { SluiceError } from "../../errors.ts";
import type { Json } from "./answer-format.ts";
import { piecesOf } from "./answer-pieces.ts";
import type { Answer } from "./conversation.ts";
import { emptyConversation } from "./openai-members.ts";
import type { AnswerContext } from "./wire.ts";
import { geminiWire as wire } from "./wire-gemini.ts";

/** Google's own library as the client: what we write is what it reads, what it writes we read. */

let server: Server;
let ai: GoogleGenAI;
let asked: Json = {};
let reply = { type: "", body: "" };

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked = JSON.parse(Buffer.concat(chunks).toString());
      response.setHeader("content-type", reply.type);
      response.end(reply.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  ai = new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: `http://127.0.0.1:${port}` } });
});

afterAll(() => new Promise((done) => server.close(done)));

beforeEach(() => {
  asked = {};
  // It warns that an answer has more than text.
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

const context: AnswerContext = {
  conversation: emptyConversation(),
  model: "m",
  includeUsage: true,
  newId: () => "new",
  now: () => 0,
};

const answer: Answer = {
  id: "resp",
  model: "claude-x",
  createdAt: null,
  parts: [
    { kind: "reasoning", text: "Hmm.", signature: { origin: "anthropic", value: "proof" } },
    { kind: "text", text: "Two cities." },
    { kind: "tool_call", id: "t1", name: "weather", arguments: '{"city":"Paris"}', isCustom: false, signature: null },
    { kind: "tool_call", id: "t2", name: "weather", arguments: '{"city":"Rome"}', isCustom: false, signature: null },
  ],
  finish: { reason: "tool_calls", stopSequence: null },
  usage: { input: 20, output: 10, cached: 8, cacheWrite: 0, reasoning: 3 },
};

function replyWithStream(text: string): void {
  reply = { type: "text/event-stream", body: `: ping\n\n${text}` };
}

async function streamed(): Promise<GenerateContentResponse[]> {
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await ai.models.generateContentStream({ model: "m", contents: "Hi" })) chunks.push(chunk);
  return chunks;
}

const calls = [
  { id: "t1", name: "weather", args: { city: "Paris" } },
  { id: "t2", name: "weather", args: { city: "Rome" } },
];
const counts = {
  promptTokenCount: 20,
  candidatesTokenCount: 7,
  thoughtsTokenCount: 3,
  cachedContentTokenCount: 8,
  totalTokenCount: 30,
};

describe("@google/genai", () => {
  test("reads text, calls, the reason and counts of a stream", async () => {
    const writer = wire.createEventWriter(context);
    replyWithStream(
      piecesOf(answer)
        .map((piece) => writer.write(piece))
        .join("") + writer.end(),
    );
    const chunks = await streamed();
    expect(chunks.map(({ text }) => text ?? "").join("")).toBe("Two cities.");
    expect(chunks.flatMap(({ functionCalls }) => functionCalls ?? [])).toEqual(calls);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe("STOP");
    expect(chunks.at(-1)?.usageMetadata).toEqual(counts);
    expect(new Set(chunks.map(({ responseId, modelVersion }) => `${responseId} ${modelVersion}`))).toEqual(
      new Set(["resp claude-x"]),
    );
  });

  test("reads a whole answer", async () => {
    reply = { type: "application/json", body: JSON.stringify(wire.writeAnswer(answer, context)) };
    const response = await ai.models.generateContent({ model: "m", contents: "Hi" });
    expect(response.text).toBe("Two cities.");
    expect(response.functionCalls).toEqual(calls);
    expect(response.usageMetadata).toEqual(counts);
  });

  test("throws what broke a stream, with its status", async () => {
    const writer = wire.createEventWriter(context);
    const begun = piecesOf(answer)
      .slice(0, 3)
      .map((piece) => writer.write(piece))
      .join("");
    replyWithStream(begun + writer.errorText(new SluiceError("upstream_stream_interrupted", "It broke.")));
    await expect(streamed()).rejects.toMatchObject({ name: "ApiError", status: 502 });
  });

  test("a chat sends back the model's parts, and every proof and id in them is read again", async () => {
    const writer = wire.createEventWriter(context);
    replyWithStream(
      piecesOf(answer)
        .map((piece) => writer.write(piece))
        .join("") + writer.end(),
    );
    const chat = ai.chats.create({ model: "m" });
    for await (const _ of await chat.sendMessageStream({ message: "Hi" }));
    const results = calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: "sun" } } }));
    for await (const _ of await chat.sendMessageStream({ message: results }));
    const { turns } = wire.readRequest(asked);
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(turns[1]?.parts).toEqual(answer.parts);
    expect(turns[2]?.parts).toMatchObject([
      { kind: "tool_result", callId: "t1", name: "weather", content: [{ text: "sun" }] },
      { kind: "tool_result", callId: "t2", name: "weather", content: [{ text: "sun" }] },
    ]);
  });

  test("its requests are read with all they ask for", async () => {
    reply = { type: "application/json", body: JSON.stringify(wire.writeAnswer(answer, context)) };
    await ai.models.generateContent({
      model: "m",
      contents: ["What is this?", { inlineData: { mimeType: "image/png", data: "AAAA" } }],
      config: {
        systemInstruction: "Be brief.",
        temperature: 0.5,
        topK: 3,
        maxOutputTokens: 100,
        stopSequences: ["END"],
        thinkingConfig: { thinkingLevel: ThinkingLevel.LOW, includeThoughts: true },
        responseMimeType: "application/json",
        responseSchema: {
          type: Type.OBJECT,
          properties: { a: { type: Type.STRING, nullable: true } },
          required: ["a"],
        },
        tools: [
          {
            functionDeclarations: [
              { name: "f", parameters: { type: Type.OBJECT, properties: { n: { type: Type.INTEGER } } } },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ["f"] } },
      },
    });
    expect(wire.readRequest(asked)).toEqual({
      ...emptyConversation(),
      system: [{ kind: "text", text: "Be brief." }],
      turns: [
        {
          role: "user",
          parts: [
            { kind: "text", text: "What is this?" },
            { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "AAAA" } },
          ],
        },
      ],
      tools: [
        {
          name: "f",
          description: null,
          parameters: { type: "object", properties: { n: { type: "integer" } } },
          strict: null,
          custom: null,
        },
      ],
      toolChoice: { kind: "tool", name: "f" },
      output: {
        kind: "schema",
        name: "response",
        schema: { type: "object", properties: { a: { type: ["string", "null"] } }, required: ["a"] },
        description: null,
        strict: null,
      },
      maxOutputTokens: 100,
      temperature: 0.5,
      topK: 3,
      stop: ["END"],
      reasoning: { effort: "low", budgetTokens: null, shown: true },
    });
  });
});
