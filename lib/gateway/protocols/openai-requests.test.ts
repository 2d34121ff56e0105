import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSluiceError } from "../../errors.ts";
import { arbitraryConversation } from "../testing/arbitrary-conversations.ts";
import type { Json } from "./answer-format.ts";
import type { Conversation, Part } from "./conversation.ts";
import { featuresOf, judge } from "./features.ts";
import { emptyConversation } from "./openai-members.ts";
import type { Wire } from "./wire.ts";
import { openaiChatWire as chat } from "./wire-openai-chat.ts";
import { openaiResponsesWire as responses } from "./wire-openai-responses.ts";

const target = { model: "gpt-4o", stream: false };
const reread = (wire: Wire, conversation: Conversation) =>
  wire.readRequest(wire.writeRequest(conversation, { model: "deepseek-chat", stream: conversation.stream }));

/** In the words a chat has: texts of one turn on end are one text, thoughts of earlier exchanges are gone. */
function joined({ turns, ...rest }: Conversation): Conversation {
  return {
    ...rest,
    turns: turns.flatMap((turn) => {
      const parts = turn.parts.filter(({ kind }) => kind !== "reasoning");
      const allText = parts.every(({ kind }) => kind === "text");
      if (!allText) return [{ ...turn, parts }];
      const text = parts.map((part) => (part.kind === "text" ? part.text : "")).join("\n\n");
      return [{ ...turn, parts: [{ kind: "text", text }] satisfies Part[] }];
    }),
  };
}

const withoutThoughts = (conversation: Conversation): Conversation => ({
  ...conversation,
  turns: conversation.turns.map((turn) => ({
    ...turn,
    parts: turn.parts.filter((part) => part.kind !== "reasoning" || part.signature?.origin === "openai"),
  })),
});

describe("a request", () => {
  it("as a chat says the same when it is read again", () => {
    fc.assert(
      fc.property(arbitraryConversation(), (conversation) => {
        expect(joined(reread(chat, conversation))).toEqual(joined(conversation));
      }),
    );
  });

  it("for a response says the same when it is read again, thoughts of OpenAI included", () => {
    fc.assert(
      fc.property(arbitraryConversation(), (conversation) => {
        expect(reread(responses, conversation)).toEqual(withoutThoughts(conversation));
      }),
    );
  });

  it.each([
    ["chat", chat],
    ["response", responses],
  ])("as a %s of the wrong shape is refused with the member at fault, or read", (_name, wire) => {
    fc.assert(
      fc.property(hostileRequest(), (json) => {
        try {
          featuresOf(wire.readRequest(json));
        } catch (error) {
          if (!isSluiceError(error)) throw error;
          expect(error.status).toBe(400);
          expect(error.param).toMatch(/^[a-z]/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** Objects with the members requests have, of any type. */
function hostileRequest(): fc.Arbitrary<Json> {
  const names = [
    "messages",
    "input",
    "content",
    "role",
    "type",
    "text",
    "tools",
    "tool_calls",
    "function",
    "custom",
    "name",
    "arguments",
    "tool_choice",
    "response_format",
    "json_schema",
    "reasoning",
    "reasoning_details",
    "thinking",
    "stop",
    "image_url",
    "url",
    "input_audio",
    "file",
    "output",
    "call_id",
    "summary",
    "encrypted_content",
    "format",
    "include",
    "__proto__",
    "constructor",
    "extra_content",
    "google",
    "allowed_tools",
    "mode",
    "stream",
    "modalities",
    "function_call",
    "functions",
    "cache_control",
  ];
  const words = [
    "user",
    "assistant",
    "tool",
    "system",
    "function",
    "custom",
    "message",
    "reasoning",
    "function_call",
    "text",
    "function_call_output",
    "custom_tool_call",
    "input_text",
    "image_url",
    "file",
    "json_schema",
    "allowed_tools",
    "",
  ];
  const { value } = fc.letrec<{ value: unknown; object: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, depthSize: "large" },
      fc.constantFrom(...words),
      fc.constantFrom(null, 0, -1, 1e308, true, false),
      fc.array(tie("object"), { maxLength: 3 }),
      fc.array(tie("value"), { maxLength: 2 }),
      tie("object"),
    ),
    object: fc
      .array(fc.tuple(fc.constantFrom(...names), tie("value")), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  }));
  const list = fc.array(value, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc.record({ messages: list, tools: value, tool_choice: value, stop: value, reasoning: value }),
    fc.record({ input: fc.oneof(list, value), tools: value, text: value, tool_choice: value, include: value }),
    value.filter((one): one is Json => typeof one === "object" && one !== null && !Array.isArray(one)),
  );
}

const ask = (more: Json, parts: unknown = "Hi"): Conversation =>
  chat.readRequest({ model: "m", messages: [{ role: "user", content: parts }], ...more });

describe("members of a chat that only it has", () => {
  it("are never lost: what is not read stands in own, but for what asks for nothing", () => {
    expect(
      ask({ logit_bias: { 5: 1 }, some_new_member: 1, store: false, modalities: ["text"], audio: null, functions: [] })
        .own,
    ).toEqual({ logit_bias: { 5: 1 }, some_new_member: 1 });
    expect(judge(ask({ logit_bias: { 5: 1 }, store: true }), "anthropic-messages")).toEqual({
      dropped: ["own_hints"],
      refused: ["own_output"],
    });
  });

  it("cannot be the prototype of anything", () => {
    const json = JSON.parse(
      '{"messages":[{"role":"user","content":"Hi","__proto__":{"a":1}}],"__proto__":{"b":1}}',
    ) as Json;
    const { own } = chat.readRequest(json);
    expect(Object.getPrototypeOf(own)).toBe(Object.prototype);
    expect(Object.keys(own).sort()).toEqual(["__proto__", "messages.__proto__"]);
  });

  it("are refused where they are parts of messages or choices that nobody else knows", () => {
    for (const one of [
      ask({}, [{ type: "holograph", data: "x" }]),
      ask({ tool_choice: { type: "new_kind" } }),
      ask({ response_format: { type: "grammar", grammar: "x" } }),
      ask({ modalities: ["text", "audio"] }),
      ask({ tools: [{ type: "web_search" }] }),
    ])
      expect(judge(one, "openai-responses").refused).not.toEqual([]);
  });

  it("in parts and tools are hints too, and marks of what may be cached are read there", () => {
    const part = { type: "text", text: "Hi", shade: "blue" };
    const inner = { name: "t", defer_loading: true };
    const tool = {
      type: "function",
      function: inner,
      allowed_callers: ["direct"],
      cache_control: { type: "ephemeral" },
    };
    const read = ask({ tools: [tool] }, [part]);
    expect(read.own).toEqual({
      "messages.content.shade": "blue",
      "tools.allowed_callers": ["direct"],
      "tools.function.defer_loading": true,
    });
    expect(read.tools[0]?.cache).toEqual({ ttl: null });
    const input = [{ role: "user", content: [{ type: "input_text", text: "Hi", shade: "blue" }] }];
    const tools = [{ type: "function", name: "t", parameters: {}, strict: false, defer_loading: true }];
    expect(responses.readRequest({ input, tools }).own).toEqual({
      "input.content.shade": "blue",
      "tools.defer_loading": true,
    });
  });

  it("in messages are hints", () => {
    const { own } = chat.readRequest({ messages: [{ role: "user", name: "Ann", content: "Hi", weight: null }] });
    expect(own).toEqual({ "messages.name": "Ann" });
  });
});

describe("wishes in the words of others who copied the chat", () => {
  it.each<[Json, Conversation["reasoning"]]>([
    [{ reasoning_effort: "high" }, { effort: "high", budgetTokens: null, shown: null }],
    [{ reasoning: { effort: "low", exclude: true } }, { effort: "low", budgetTokens: null, shown: false }],
    [{ reasoning: { max_tokens: 2000 } }, { effort: null, budgetTokens: 2000, shown: null }],
    [{ reasoning: { enabled: true } }, { effort: null, budgetTokens: -1, shown: null }],
    [{ thinking: { type: "disabled" } }, { effort: null, budgetTokens: 0, shown: null }],
    [{ thinking: { type: "enabled" } }, { effort: null, budgetTokens: -1, shown: null }],
    [{ include_reasoning: true }, { effort: null, budgetTokens: null, shown: true }],
    [{}, null],
  ])("%j", (json, reasoning) => {
    expect(ask(json)).toMatchObject({ reasoning, own: {} });
  });

  it("that we do not know are told as dropped", () => {
    expect(ask({ reasoning_effort: "ultra" })).toMatchObject({ reasoning: null, own: { reasoning_effort: "ultra" } });
  });

  it("mark what may be cached", () => {
    const cached = [{ type: "text", text: "long", cache_control: { type: "ephemeral", ttl: "1h" } }];
    expect(ask({}, cached).turns[0]?.parts[0]).toMatchObject({ cache: { ttl: "1h" } });
    expect(judge(ask({}, cached), "openai-responses").dropped).toEqual(["cache_marks"]);
  });
});

describe("functions of the old kind", () => {
  it("are tools, and their results belong to the call before", () => {
    const read = chat.readRequest({
      functions: [{ name: "now", parameters: { type: "object" } }],
      function_call: { name: "now" },
      messages: [
        { role: "user", content: "Time?" },
        { role: "assistant", content: null, function_call: { name: "now", arguments: "{}" } },
        { role: "function", name: "now", content: "noon" },
      ],
    });
    expect(read.toolChoice).toEqual({ kind: "tool", name: "now" });
    const [call, result] = read.turns.slice(1).map(({ parts }) => parts[0]);
    expect(call).toMatchObject({ kind: "tool_call", name: "now", arguments: "{}" });
    expect(result).toMatchObject({ kind: "tool_result", name: "now", callId: call && "id" in call ? call.id : "" });
  });
});

describe("thoughts of others", () => {
  const signature = { origin: "gemini", value: "proof" } as const;
  const call: Part = { kind: "tool_call", id: "c", name: "t", arguments: "{}", isCustom: false, signature };
  const result: Part = { kind: "tool_result", callId: "c", name: "t", content: [], isError: false, isCustom: false };
  const conversation: Conversation = {
    ...emptyConversation(),
    turns: [
      { role: "user", parts: [{ kind: "text", text: "Hi" }] },
      { role: "assistant", parts: [{ kind: "reasoning", text: "Hm.", signature }, call] },
      { role: "user", parts: [result] },
    ],
  };
  const written = (model: string) => JSON.stringify(chat.writeRequest(conversation, { model, stream: false }));

  it("are not sent to OpenAI's own models, which refuse the whole chat for them", () => {
    for (const model of ["gpt-4o", "gpt-5.2", "o3", "chatgpt-4o-latest"]) {
      expect(written(model), model).not.toMatch(/reasoning|proof/);
      expect(written(model), model).toContain('"tool_calls"');
    }
  });

  it("are sent to models of others within an exchange of tool calls", () => {
    for (const model of ["deepseek-chat", "openai/gpt-5.2", "gpt-oss-120b", "gemini-3-pro"])
      expect(written(model), model).toContain("proof");
  });
});

describe("a request for a response", () => {
  it("does not ask models of OpenAI's that cannot think to think, nor shows them thoughts", () => {
    const signature = { origin: "openai", value: "AAAA" } as const;
    const conversation: Conversation = {
      ...ask({}),
      turns: [
        { role: "user", parts: [{ kind: "text", text: "Hi" }] },
        {
          role: "assistant",
          parts: [
            { kind: "reasoning", text: "Hm.", signature },
            { kind: "text", text: "Hi." },
          ],
        },
        { role: "user", parts: [{ kind: "text", text: "Go on." }] },
      ],
      reasoning: { effort: "high", budgetTokens: null, shown: true },
    };
    for (const wire of [chat, responses])
      expect(JSON.stringify(wire.writeRequest(conversation, target))).not.toContain("reasoning");
    const asked = responses.writeRequest(conversation, { ...target, model: "gpt-5.2" });
    expect(asked).toMatchObject({ reasoning: { effort: "high", summary: "auto" } });
    expect(JSON.stringify(asked)).toContain('"encrypted_content":"AAAA"');
    expect(chat.writeRequest(conversation, { ...target, model: "o3" })).toMatchObject({ reasoning_effort: "high" });
  });

  it("asks for no fewer tokens than are taken, as clients do to see whether somebody answers", () => {
    const written = (maxOutputTokens: number | null) =>
      responses.writeRequest({ ...ask({}), maxOutputTokens }, target).max_output_tokens;
    expect([written(1), written(77), written(null)]).toEqual([16, 77, undefined]);
  });

  it("builds on stored state only where its provider is asked", () => {
    const own = (more: Json) => responses.readRequest({ input: "Hi", ...more });
    for (const more of [
      { previous_response_id: "resp_1" },
      { conversation: "c" },
      { background: true },
      { prompt: { id: "p" } },
      { input: [{ type: "item_reference", id: "x" }] },
    ])
      expect(judge(own(more), "openai-chat").refused).toEqual(["own_state"]);
    for (const more of [{}, { truncation: "disabled", store: false, background: false, include: [] }])
      expect(own(more).own).toEqual({});
    expect(judge(own({ store: true, truncation: "auto" }), "openai-chat")).toEqual({
      dropped: ["own_hints"],
      refused: [],
    });
  });

  it("gives a call its proof back, wherever the item that carries it stands", () => {
    const proof = responses.writeAnswer(
      {
        id: null,
        model: null,
        createdAt: null,
        parts: [
          {
            kind: "tool_call",
            id: "c1",
            name: "t",
            arguments: "{}",
            isCustom: false,
            signature: { origin: "gemini", value: "sig" },
          },
        ],
        finish: null,
        usage: null,
      },
      { conversation: emptyConversation(), model: "m", includeUsage: false, newId: () => "1", now: () => 0 },
    );
    const output = proof.output as Json[];
    for (const input of [output, [...output].reverse()])
      expect(responses.readRequest({ input }).turns).toEqual([
        {
          role: "assistant",
          parts: [expect.objectContaining({ id: "c1", signature: { origin: "gemini", value: "sig" } })],
        },
      ]);
  });

  it("may allow some of its tools only", () => {
    const tools = ["a", "b"].map((name) => ({ type: "function", name, parameters: {} }));
    const tool_choice = { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "b" }] };
    const read = responses.readRequest({ input: "Hi", tools, tool_choice });
    expect(read.tools.map(({ name }) => name)).toEqual(["b"]);
    expect(read.toolChoice).toEqual({ kind: "required" });
  });
});
