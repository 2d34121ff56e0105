import { describe, expect, it } from "vitest";
import type { Conversation, Part } from "./conversation.ts";
import { emptyConversation } from "./openai-members.ts";
import { openaiChatWire as chat } from "./wire-openai-chat.ts";
import { openaiResponsesWire as responses } from "./wire-openai-responses.ts";

describe("what is written for a chat", () => {
  const write = (more: Partial<Conversation>, model = "m") =>
    chat.writeRequest({ ...emptyConversation(), ...more }, { model, stream: false });
  const result = (content: Extract<Part, { kind: "tool_result" }>["content"], isError = false): Part => ({
    kind: "tool_result",
    callId: "c",
    name: "see",
    content,
    isError,
    isCustom: false,
  });

  it("limits the answer with max_tokens, and OpenAI's thinkers with the member they take", () => {
    for (const model of ["m", "gpt-4o", "gpt-5-chat-latest", "deepseek-reasoner", "qwen-o3"])
      expect(write({ maxOutputTokens: 5 }, model)).toMatchObject({ max_tokens: 5 });
    for (const model of ["o3", "gpt-5.2", "openai/o4-mini", "gpt-5-codex"])
      expect(write({ maxOutputTokens: 5 }, model)).toMatchObject({ max_completion_tokens: 5 });
  });

  it("shows pictures of tool results in a message of the user behind them", () => {
    const image: Part = { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "AAAA" } };
    const { messages } = write({
      turns: [{ role: "user", parts: [result([{ kind: "text", text: "Seen." }, image])] }],
    });
    expect(messages).toEqual([
      { role: "tool", tool_call_id: "c", content: "Seen.\n\n(1 file of this result: see the next message.)" },
      {
        role: "user",
        content: [
          { type: "text", text: "Files of the tool result c:" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        ],
      },
    ]);
  });

  it("shows a document that is text as text, for files are PDFs", () => {
    const data = Buffer.from("a;b").toString("base64");
    const csv: Part = { kind: "document", source: { kind: "base64", mediaType: "text/csv", data }, name: "a.csv" };
    const turns: Conversation["turns"] = [{ role: "user", parts: [csv] }];
    expect(write({ turns }).messages).toEqual([{ role: "user", content: "a.csv:\na;b" }]);
    expect(
      responses.writeRequest({ ...emptyConversation(), turns }, { model: "m", stream: false }).input,
    ).toMatchObject([{ content: [{ type: "input_text", text: "a.csv:\na;b" }] }]);
  });

  it("says in words that a tool failed", () => {
    const { messages } = write({ turns: [{ role: "user", parts: [result([{ kind: "text", text: "Boom." }], true)] }] });
    expect(messages).toMatchObject([{ content: "The tool failed: Boom." }]);
  });

  it("sends thoughts back within the exchange of tool calls only, proofs as reasoning_details", () => {
    const thought = (value: string | null): Part => ({
      kind: "reasoning",
      text: "Hm.",
      signature: value === null ? null : { origin: "anthropic", value },
    });
    const call: Part = { kind: "tool_call", id: "c", name: "see", arguments: "{}", isCustom: false, signature: null };
    const turns = (value: string | null): Conversation["turns"] => [
      { role: "user", parts: [{ kind: "text", text: "a" }] },
      { role: "assistant", parts: [thought(value), call] },
      { role: "user", parts: [result([])] },
    ];
    const plain = { reasoning_content: "Hm." };
    expect(write({ turns: turns(null) })).toMatchObject({ messages: [{}, plain, {}] });
    expect(write({ turns: turns("proof") })).toMatchObject({
      messages: [
        {},
        {
          reasoning_details: [
            { type: "reasoning.text", text: "Hm.", signature: "proof", format: "anthropic-claude-v1" },
          ],
        },
        {},
      ],
    });
    const later = write({ turns: [...turns(null), { role: "user", parts: [{ kind: "text", text: "b" }] }] });
    expect(JSON.stringify(later)).not.toContain("Hm.");
  });

  it("names a user whose name is too long by a digest that stays the same", () => {
    const user = "u".repeat(65);
    expect(write({ user }).user).toMatch(/^[0-9a-f]{64}$/);
    expect(write({ user }).user).toBe(write({ user }).user);
    expect(write({ user: "ann" }).user).toBe("ann");
  });

  it.each([
    [0, "none"],
    [1024, "low"],
    [8000, "medium"],
    [32_000, "high"],
    [-1, undefined],
  ])("a budget of %d is the effort %s", (budgetTokens, effort) => {
    expect(write({ reasoning: { effort: null, budgetTokens, shown: null } }).reasoning_effort).toBe(effort);
  });
});

describe("what is written for a response", () => {
  const write = (more: Partial<Conversation>, model = "gpt-5.2") =>
    responses.writeRequest({ ...emptyConversation(), ...more }, { model, stream: true });

  it("stores nothing and asks models that think, and no others, for encrypted thoughts", () => {
    expect(write({})).toMatchObject({ store: false, stream: true, include: ["reasoning.encrypted_content"] });
    expect(write({}, "gpt-4o").include).toBeUndefined();
  });

  it("asks for thoughts that can be read only where they are wanted", () => {
    expect(write({ reasoning: { effort: "high", budgetTokens: null, shown: true } }).reasoning).toEqual({
      effort: "high",
      summary: "auto",
    });
    expect(write({}).reasoning).toBeUndefined();
  });

  it("keeps custom tools and turns chat's wording of a grammar into its own", () => {
    const grammar = { syntax: "lark", definition: "start: /a/" };
    const { tools } = chat.readRequest({
      messages: [],
      tools: [{ type: "custom", custom: { name: "patch", format: { type: "grammar", grammar } } }],
    });
    expect(write({ tools, toolChoice: { kind: "tool", name: "patch" } })).toMatchObject({
      tools: [{ type: "custom", name: "patch", format: { type: "grammar", ...grammar } }],
      tool_choice: { type: "custom", name: "patch" },
    });
  });

  it("does not make a schema strict that was not", () => {
    const tool = { name: "t", description: null, parameters: null, strict: null, custom: null };
    expect(write({ tools: [tool] }).tools).toMatchObject([{ strict: false, parameters: { type: "object" } }]);
  });
});
