import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSluiceError } from "../../errors.ts";
import { checkMessages } from "../testing/anthropic-rules.ts";
import type { Json } from "./answer-format.ts";
import type { Conversation, ReasoningWish } from "./conversation.ts";
import { featuresOf, judge } from "./features.ts";
import { sealSignature } from "./signature.ts";
import { anthropicMessagesWire as wire } from "./wire-anthropic-messages.ts";

const minimal = { max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
const read = (more: Json): Conversation => wire.readRequest({ ...minimal, ...more });
const readTurns = (...messages: unknown[]) => read({ messages }).turns;

describe("reading a request", () => {
  it("reads what Claude Code sends", () => {
    const conversation = wire.readRequest({
      model: "claude-opus-4-8",
      max_tokens: 32000,
      stream: true,
      system: [
        { type: "text", text: "x-anthropic-billing-header: cc_version=2.1; cch=a1b2c;" },
        { type: "text", text: "You are Claude Code.", cache_control: { type: "ephemeral", ttl: "1h" } },
      ],
      messages: [
        { role: "user", content: [{ type: "text", text: "List.", cache_control: { type: "ephemeral" } }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "I list.", signature: "EqQB" },
            { type: "redacted_thinking", data: "Emw" },
            { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "ls" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "toolu_1", content: "a.txt", is_error: true },
            { type: "text", text: "And?" },
          ],
        },
      ],
      tools: [
        { name: "Bash", description: "Runs.", input_schema: { type: "object" }, cache_control: { type: "ephemeral" } },
      ],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
      thinking: { type: "adaptive" },
      output_config: { effort: "max" },
      metadata: { user_id: "user_1" },
      context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    });
    expect(conversation).toMatchObject({
      system: [{ kind: "text", text: "You are Claude Code.", cache: { ttl: "1h" } }],
      turns: [
        { role: "user", parts: [{ kind: "text", text: "List.", cache: { ttl: null } }] },
        {
          role: "assistant",
          parts: [
            { kind: "reasoning", text: "I list.", signature: { origin: "anthropic", value: "EqQB" } },
            { kind: "sealed_reasoning", signature: { origin: "anthropic", value: "Emw" } },
            { kind: "tool_call", id: "toolu_1", name: "Bash", arguments: '{"command":"ls"}' },
          ],
        },
        {
          role: "user",
          parts: [
            { kind: "tool_result", callId: "toolu_1", name: "Bash", content: [{ text: "a.txt" }], isError: true },
            { kind: "text", text: "And?" },
          ],
        },
      ],
      tools: [{ name: "Bash", description: "Runs.", parameters: { type: "object" }, cache: { ttl: null } }],
      toolChoice: { kind: "auto" },
      parallelToolCalls: false,
      reasoning: { effort: "max", budgetTokens: null, shown: null },
      maxOutputTokens: 32000,
      user: "user_1",
      stream: true,
    });
    expect(judge(conversation, "openai-responses").refused).toEqual([]);
    expect(judge(conversation, "gemini").refused).toEqual([]);
  });

  it("reads pictures and documents from everywhere they can stand", () => {
    const sources = [
      { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } },
      { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
      { type: "image", source: { type: "file", file_id: "file_1" } },
      { type: "document", title: "A", source: { type: "base64", media_type: "application/pdf", data: "aGk=" } },
      { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "Words." } },
      { type: "document", context: "Old.", source: { type: "content", content: [{ type: "text", text: "More." }] } },
      { type: "search_result", source: "https://example.com", title: "B", content: [{ type: "text", text: "Found." }] },
    ];
    expect(readTurns({ role: "user", content: sources })[0]?.parts).toEqual([
      { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "aGk=" } },
      { kind: "image", source: { kind: "url", url: "https://example.com/a.png", mediaType: null } },
      { kind: "image", source: { kind: "file", id: "file_1" } },
      { kind: "document", name: "A", source: { kind: "base64", mediaType: "application/pdf", data: "aGk=" } },
      { kind: "document", name: null, source: { kind: "url", url: "https://example.com/a.pdf", mediaType: null } },
      { kind: "document", name: null, source: { kind: "text", text: "Words." } },
      { kind: "text", text: "Old." },
      { kind: "document", name: null, source: { kind: "text", text: "More." } },
      { kind: "document", name: "B", source: { kind: "text", text: "https://example.com\nFound." } },
    ]);
  });

  it("opens the proofs of others, those of calls too", () => {
    const data = sealSignature({ origin: "gemini", value: "CoUB" }, "anthropic");
    const signature = sealSignature({ origin: "openai", value: "gAAA" }, "anthropic");
    const content = [
      { type: "thinking", thinking: "", signature },
      { type: "redacted_thinking", data },
      { type: "tool_use", id: "t", name: "look", input: {} },
      { type: "redacted_thinking", data: "sluice1.nobody.YQ" },
    ];
    expect(readTurns({ role: "assistant", content })[0]?.parts).toMatchObject([
      { kind: "reasoning", signature: { origin: "openai", value: "gAAA" } },
      { kind: "tool_call", signature: { origin: "gemini", value: "CoUB" } },
    ]);
  });

  it.each<[Json, ReasoningWish | null]>([
    [{}, null],
    [{ thinking: { type: "disabled" } }, { effort: null, budgetTokens: 0, shown: null }],
    [{ thinking: { type: "enabled", budget_tokens: 4096 } }, { effort: null, budgetTokens: 4096, shown: true }],
    [
      { thinking: { type: "enabled", budget_tokens: 4096, display: "omitted" } },
      { effort: null, budgetTokens: 4096, shown: false },
    ],
    [{ thinking: { type: "adaptive", display: "summarized" } }, { effort: null, budgetTokens: -1, shown: true }],
    [{ output_config: { effort: "low" } }, { effort: "low", budgetTokens: null, shown: null }],
  ])("reads how much to think from %j", (more, wish) => {
    expect(read(more).reasoning).toEqual(wish);
  });

  it("keeps tools that Anthropic runs apart, and names what only Anthropic knows", () => {
    const search = { type: "web_search_20260318", name: "web_search" };
    const content = [{ type: "server_tool_use", id: "s", name: "web_search", input: {} }];
    const conversation = read({
      tools: [search],
      messages: [{ role: "assistant", content }],
      inference_geo: "eu",
      speed: "fast",
    });
    expect(conversation.hostedTools).toEqual([search]);
    expect(conversation.own).toEqual({ unknown_parts: ["server_tool_use"], inference_geo: "eu", speed: "fast" });
    expect(featuresOf(conversation)).toEqual(new Set(["max_output_tokens", "tool_hosted", "own_state", "own_hints"]));
  });

  it.each([
    [{ messages: undefined }, "messages"],
    [{ messages: {} }, "messages"],
    [{ messages: [null] }, "messages.0"],
    [{ messages: [{ role: "tool", content: "" }] }, "messages.0.role"],
    [{ messages: [{ role: "user", content: 1 }] }, "messages.0.content"],
    [{ messages: [{ role: "user", content: [1] }] }, "messages.0.content.0"],
    [{ messages: [{ role: "user", content: [{ type: "text" }] }] }, "messages.0.content.0.text"],
    [{ messages: [{ role: "user", content: [{ type: "image", source: {} }] }] }, "messages.0.content.0.source"],
    [{ messages: [{ role: "user", content: [{ type: "tool_result" }] }] }, "messages.0.content.0.tool_use_id"],
    [{ messages: [{ role: "user", content: [{ type: "tool_use", id: "a" }] }] }, "messages.0.content.0.name"],
    [{ system: 1 }, "system"],
    [{ system: [{}] }, "system.0"],
    [{ tools: {} }, "tools"],
    [{ tools: [{}] }, "tools.0.name"],
    [{ tools: [{ name: "a", input_schema: [] }] }, "tools.0.input_schema"],
    [{ tool_choice: "auto" }, "tool_choice"],
    [{ tool_choice: { type: "some" } }, "tool_choice.type"],
    [{ tool_choice: { type: "tool" } }, "tool_choice.name"],
    [{ max_tokens: 1.5 }, "max_tokens"],
    [{ temperature: "1" }, "temperature"],
    [{ stop_sequences: "a" }, "stop_sequences"],
    [{ stop_sequences: [1] }, "stop_sequences.0"],
    [{ thinking: { type: "much" } }, "thinking.type"],
    [{ thinking: { type: "enabled", budget_tokens: -1 } }, "thinking.budget_tokens"],
    [{ output_config: { format: { type: "json_schema" } } }, "output_config.format"],
    [{ output_config: { effort: 3 } }, "output_config.effort"],
    [{ metadata: "me" }, "metadata"],
  ])("refuses %j and names %s", (more, param) => {
    let found: unknown = null;
    try {
      read(more);
    } catch (error) {
      found = error;
    }
    expect(found).toMatchObject({ status: 400, param });
  });

  it("refuses nonsense with a 400 and nothing else", () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const types = [
      "text",
      "image",
      "document",
      "tool_use",
      "tool_result",
      "thinking",
      "redacted_thinking",
      "search_result",
    ];
    const block = fc.record(
      {
        type: fc.constantFrom(...types),
        text: value,
        source: value,
        content: value,
        id: fc.string(),
        name: fc.string(),
        input: value,
      },
      { requiredKeys: ["type"] },
    );
    const message = fc.record({
      role: fc.constantFrom("user", "assistant"),
      content: fc.oneof(fc.array(block), value),
    });
    const members =
      "system tools tool_choice thinking output_config metadata stop_sequences max_tokens context_management";
    const request = fc.record({
      messages: fc.oneof(fc.array(message), value),
      ...Object.fromEntries(members.split(" ").map((name) => [name, fc.option(value)])),
    });
    fc.assert(
      fc.property(request, (json) => {
        try {
          const written = wire.writeRequest(wire.readRequest(json), { model: "claude-opus-5", stream: true });
          checkMessages(written.messages);
        } catch (error) {
          if (!isSluiceError(error)) throw error;
          expect(error.status).toBe(400);
          expect(error.param).toBeTruthy();
        }
      }),
    );
  });
});
