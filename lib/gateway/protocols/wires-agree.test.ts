import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import { arbitraryConversation } from "../testing/arbitrary-conversations.ts";
import { answerContext, collect, disorderOf, readEvents, requestWith, writeEvents } from "../testing/wire-kit.ts";
import { piecesOf } from "./answer-pieces.ts";
import type { Answer, AnswerPart, Conversation, Part, Signature, SignatureOrigin, WireName } from "./conversation.ts";
import { wireNames } from "./conversation.ts";
import { judge } from "./features.ts";
import { wires } from "./wires.ts";

/**
 * A client of each format talks to an upstream of each other one: what it asked for arrives, what was answered comes
 * back, whole and streamed, and the proofs of thoughts find their way home.
 */

const models: Record<WireName, string> = {
  "openai-chat": "deepseek-chat",
  "openai-responses": "gpt-5.2",
  "anthropic-messages": "claude-sonnet-4-5",
  gemini: "gemini-2.5-flash",
};
const homes: Record<WireName, SignatureOrigin> = {
  "openai-chat": "anthropic",
  "openai-responses": "openai",
  "anthropic-messages": "anthropic",
  gemini: "gemini",
};
const pairs = wireNames.flatMap((client) =>
  wireNames.filter((upstream) => upstream !== client).map((upstream) => [client, upstream] as const),
);

/**
 * What was said, in words every format has: turns of one side on end are one, texts on end too. A text of blanks says
 * nothing: Anthropic refuses it, so it is left out.
 */
function meaning(conversation: Conversation): unknown {
  const said: [string, unknown[]][] = [];
  for (const { role, parts } of conversation.turns) {
    const words = parts.flatMap(wordsOf);
    if (words.length === 0) continue;
    const last = said.at(-1);
    if (last?.[0] === role) last[1].push(...words);
    else said.push([role, words]);
  }
  return {
    system: conversation.system.flatMap(wordsOf).join("\n\n"),
    said: said.map(([role, words]) => [role, joinTexts(words)]),
    tools: conversation.tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    temperature: conversation.temperature,
    maxOutputTokens: conversation.maxOutputTokens,
  };
}

function joinTexts(words: unknown[]): unknown[] {
  const joined: unknown[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (typeof word === "string" && typeof before === "string") joined[joined.length - 1] = `${before}\n\n${word}`;
    else joined.push(word);
  }
  return joined;
}

function wordsOf(part: Part): unknown[] {
  switch (part.kind) {
    case "text":
      return part.text.trim() === "" ? [] : [part.text];
    case "image":
    case "document": {
      const { source } = part;
      return [[part.kind, source.kind === "base64" ? source.data : source.kind === "url" ? source.url : source]];
    }
    case "tool_call":
      return [["call", part.id, part.name, JSON.parse(part.arguments)]];
    case "tool_result":
      return [["result", part.callId, part.content.flatMap(wordsOf)]];
    default:
      return [];
  }
}

describe.each(pairs)("a client of %s and an upstream of %s", (clientName, upstreamName) => {
  const client = wires[clientName];
  const upstream = wires[upstreamName];

  it("agree on what was asked", () => {
    fc.assert(
      fc.property(arbitraryConversation(), (made) => {
        // A strict schema is written in other words; that is the table's to tell.
        const given = { ...made, tools: made.tools.map((tool) => ({ ...tool, strict: null })) };
        // A turn of blanks alone is no turn, and what stands around it would be one.
        fc.pre(
          given.turns.every(({ parts }) => parts.every((part) => part.kind !== "text" || part.text.trim() !== "")),
        );
        fc.pre(!(given.topP !== null && given.temperature !== null));
        const asked = client.readRequest(client.writeRequest(given, { model: models[clientName], stream: false }));
        expect(judge(asked, upstreamName).refused).toEqual([]);
        const sent = upstream.writeRequest(asked, { model: models[upstreamName], stream: false });
        const heard = upstream.readRequest(sent);
        const limit = asked.maxOutputTokens === null ? { maxOutputTokens: null } : {};
        expect(meaning({ ...heard, ...limit })).toEqual(meaning(asked));
      }),
      { numRuns: 50 },
    );
  });

  it("agree on what was answered, whole and streamed", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (given) => {
        const answer = upstream.readAnswer(upstream.writeAnswer(answerable(given), answerContext()));
        const whole = client.readAnswer(client.writeAnswer(answer, answerContext()));
        expect(told(whole)).toEqual(told(answer));
        const pieces = readEvents(upstream, writeEvents(upstream, piecesOf(answer)));
        expect(disorderOf(pieces)).toBeNull();
        const back = readEvents(client, writeEvents(client, pieces));
        expect(disorderOf(back)).toBeNull();
        expect(told(collect(back))).toEqual(told(answer));
      }),
      { numRuns: 100 },
    );
  });

  it("carry proofs of thoughts home, and tell the same ones in a stream", () => {
    const signature: Signature = { origin: homes[upstreamName], value: "cHJvb2Ygb2YgYSB0aG91Z2h0" };
    const isOfCall = upstreamName === "gemini";
    const given: Answer = {
      ...answerable({ id: "a", model: "m", createdAt: 1, parts: [], finish: null, usage: null }),
      parts: [
        { kind: "reasoning", text: "Hm.", signature: isOfCall ? null : signature },
        {
          kind: "tool_call",
          id: "call_1",
          name: "look",
          arguments: '{"at":1}',
          isCustom: false,
          signature: isOfCall ? signature : null,
        },
      ],
    };
    const tools = [{ name: "look", description: null, parameters: null, strict: null, custom: null }];
    const body = client.writeAnswer(given, answerContext());
    const stream = writeEvents(client, piecesOf(given));
    const unsigned = client.writeAnswer({ ...given, parts: given.parts.map(withoutProof) }, answerContext());
    const proofs = stringsIn(body).filter((text) => text.length > 20 && !stringsIn(unsigned).includes(text));
    expect(proofs.length).toBeGreaterThan(0);
    for (const proof of proofs) expect(stream).toContain(`"${proof}"`);
    const asked = client.readRequest(requestWith(clientName, body));
    const result: Part = {
      kind: "tool_result",
      callId: "call_1",
      name: "look",
      content: [{ kind: "text", text: "Seen." }],
      isError: false,
      isCustom: false,
    };
    const next: Conversation = { ...asked, tools, turns: [...asked.turns, { role: "user", parts: [result] }] };
    const sent = upstream.writeRequest(next, { model: models[upstreamName], stream: false });
    expect(JSON.stringify(sent)).toContain(`"${signature.value}"`);
  });
});

function withoutProof(part: AnswerPart): AnswerPart {
  return part.kind === "reasoning" || part.kind === "tool_call" ? { ...part, signature: null } : part;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** An answer every format can give: a thought before what was said, calls with ids of their own behind it. */
function answerable(answer: Answer): Answer {
  const some = <K extends AnswerPart["kind"]>(kind: K) =>
    answer.parts.filter((part): part is Extract<AnswerPart, { kind: K }> => part.kind === kind);
  const text = some("text")
    .map((part) => part.text)
    .join("");
  const parts: AnswerPart[] = [
    ...some("reasoning")
      .filter((part) => part.text.trim())
      .slice(0, 1)
      .map(({ text: thought }): AnswerPart => ({ kind: "reasoning", text: thought, signature: null })),
    ...(text.trim() ? [{ kind: "text" as const, text }] : []),
    ...some("tool_call").map((call, at) => ({ ...call, id: `call_${at}`, isCustom: false, signature: null })),
  ];
  return { ...answer, parts, finish: { reason: reasonOf(answer, parts), stopSequence: null } };
}

function reasonOf({ finish }: Answer, parts: AnswerPart[]): "stop" | "length" | "tool_calls" {
  if (finish?.reason === "length") return "length";
  return parts.some(({ kind }) => kind === "tool_call") ? "tool_calls" : "stop";
}

/** What a client sees of an answer. */
function told({ parts, finish, usage }: Answer): unknown {
  return {
    text: parts.map((part) => (part.kind === "text" ? part.text : "")).join(""),
    thought: parts.map((part) => (part.kind === "reasoning" ? part.text : "")).join(""),
    calls: parts.flatMap((part) =>
      part.kind === "tool_call" ? [{ id: part.id, name: part.name, arguments: JSON.parse(part.arguments) }] : [],
    ),
    finish: finish?.reason,
    tokens: [usage?.input ?? 0, usage?.output ?? 0],
  };
}
