import { describe, expect, it } from "vitest";
import { isObject, type Json } from "./answer-format.ts";
import type { Conversation, Part, ReasoningWish, Tool, Turn } from "./conversation.ts";
import { anthropicMessagesWire as wire } from "./wire-anthropic-messages.ts";

const minimal = { max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
const write = (more: Partial<Conversation>, model = "claude-sonnet-4-5"): Json =>
  wire.writeRequest({ ...wire.readRequest(minimal), ...more }, { model, stream: false });
const user = (...parts: Part[]): Turn => ({ role: "user", parts });
const assistant = (...parts: Part[]): Turn => ({ role: "assistant", parts });
const text = (words: string): Part => ({ kind: "text", text: words });
const call = (id: string, name = "look"): Part => ({
  kind: "tool_call",
  id,
  name,
  arguments: '{"a":1}',
  isCustom: false,
  signature: null,
});
const result = (callId: string, words = "ok"): Part => ({
  kind: "tool_result",
  callId,
  name: null,
  content: [{ kind: "text", text: words }],
  isError: false,
  isCustom: false,
});
const tool = (more: Partial<Tool> = {}): Tool => ({
  name: "look",
  description: null,
  parameters: { type: "object", properties: {} },
  strict: null,
  custom: null,
  ...more,
});

describe("writing the rest of a request", () => {
  it("keeps everything that can be said, through a client of its own format", () => {
    const request = {
      model: "claude-sonnet-4-5",
      max_tokens: 100,
      system: [{ type: "text", text: "Be kind.", cache_control: { type: "ephemeral", ttl: "1h" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "aGk=" }, title: "A" },
            { type: "document", source: { type: "text", media_type: "text/plain", data: "Words." } },
            { type: "text", text: "Hi", cache_control: { type: "ephemeral" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "Eq" },
            { type: "tool_use", id: "a", name: "look", input: { b: [1] } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "a",
              content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } }],
              is_error: true,
            },
          ],
        },
      ],
      tools: [{ name: "look", description: "Looks.", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
      temperature: 0.5,
      top_k: 5,
      stop_sequences: ["END"],
      metadata: { user_id: "me" },
      stream: true,
    };
    expect(wire.writeRequest(wire.readRequest(request), { model: "claude-sonnet-4-5", stream: true })).toEqual(request);
  });

  it.each([
    ["claude-3-haiku-20240307", 4096],
    ["claude-3-5-sonnet-20241022", 8192],
    ["claude-opus-4-20250514", 32_000],
    ["claude-opus-4-1", 32_000],
    ["anthropic.claude-sonnet-4-5-20250929-v1:0", 64_000],
    ["claude-opus-5-5", 64_000],
    ["claude-of-the-future", 64_000],
    ["glm-5", 8192],
  ])("sets max_tokens for %s to %i where the client set none", (model, most) => {
    expect(write({ maxOutputTokens: null }, model).max_tokens).toBe(most);
    expect(write({ maxOutputTokens: 7 }, model).max_tokens).toBe(7);
  });

  it("takes sampling to where Anthropic takes it, and leaves it out where it does not", () => {
    expect(write({ temperature: 1.6, topK: 3 })).toMatchObject({ temperature: 1, top_k: 3 });
    expect(write({ temperature: 0.2, topP: 0.9 })).not.toHaveProperty("top_p");
    expect(write({ temperature: 0.2, topP: 0.9 }, "kimi-k3")).toMatchObject({ temperature: 0.2, top_p: 0.9 });
    const newer = write({ temperature: 0.2, topP: 0.9, topK: 3 }, "claude-opus-4-7");
    for (const name of ["temperature", "top_p", "top_k"]) expect(newer).not.toHaveProperty(name);
    const reasoning = { effort: "low" as const, budgetTokens: null, shown: null };
    expect(write({ temperature: 0.2, reasoning, maxOutputTokens: 9000 })).not.toHaveProperty("temperature");
  });

  const wish = (more: Partial<ReasoningWish>): ReasoningWish => ({
    effort: null,
    budgetTokens: null,
    shown: null,
    ...more,
  });
  const adaptive = { type: "adaptive", display: "summarized" };
  it.each<[string, ReasoningWish, unknown, unknown]>([
    ["claude-opus-4-8", wish({ effort: "high" }), adaptive, "high"],
    ["claude-opus-4-8", wish({ effort: "minimal", shown: false }), { type: "adaptive", display: "omitted" }, "low"],
    ["claude-opus-4-8", wish({ effort: "max" }), adaptive, "max"],
    ["claude-opus-4-8", wish({ effort: "none" }), { type: "disabled" }, undefined],
    ["claude-opus-4-8", wish({ budgetTokens: 5000 }), adaptive, "medium"],
    ["claude-opus-4-8", wish({ budgetTokens: -1 }), adaptive, undefined],
    ["claude-opus-4-8", wish({ shown: true }), adaptive, undefined],
    ["claude-opus-4-8", wish({ shown: false }), undefined, undefined],
    ["claude-sonnet-4-6", wish({ effort: "xhigh" }), adaptive, "max"],
    ["claude-opus-5-5", wish({ effort: "none" }), undefined, "low"],
    ["claude-sonnet-5-5", wish({ budgetTokens: 0 }), { type: "between_tools" }, undefined],
    ["claude-opus-4-5", wish({ effort: "max" }), { type: "enabled", budget_tokens: 32_000 }, "high"],
    ["claude-sonnet-4-5", wish({ effort: "low" }), { type: "enabled", budget_tokens: 2048 }, undefined],
    ["claude-sonnet-4-5", wish({ budgetTokens: 100_000 }), { type: "enabled", budget_tokens: 63_999 }, undefined],
    ["claude-sonnet-4-5", wish({ budgetTokens: 10 }), { type: "enabled", budget_tokens: 1024 }, undefined],
    ["claude-sonnet-4-5", wish({ effort: "none" }), { type: "disabled" }, undefined],
    ["claude-3-5-haiku", wish({ effort: "high" }), undefined, undefined],
  ])("asks %s for thought by %j", (model, reasoning, thinking, effort) => {
    const request = write({ reasoning, maxOutputTokens: null }, model);
    expect(request.thinking).toEqual(thinking);
    expect(isObject(request.output_config) ? request.output_config.effort : undefined).toEqual(effort);
  });

  it("asks for no thought where the answer is too short for one", () => {
    expect(write({ reasoning: wish({ effort: "high" }), maxOutputTokens: 1500 })).not.toHaveProperty("thinking");
    expect(write({ reasoning: wish({ budgetTokens: 4096 }), maxOutputTokens: 900 })).not.toHaveProperty("thinking");
  });

  it("does not think in the midst of calls that began without a thought of Anthropic's", () => {
    const turns = [user(text("Hi")), assistant(call("a")), user(result("a"))];
    const more = { turns, reasoning: wish({ effort: "low" }), maxOutputTokens: null };
    expect(write(more).thinking).toEqual({ type: "disabled" });
    expect(write(more, "claude-opus-4-8").thinking).toEqual(adaptive);
  });

  it("does not think where a tool must be called, and asks where that cannot be made to happen", () => {
    const forced = { tools: [tool()], toolChoice: { kind: "tool" as const, name: "look" }, maxOutputTokens: null };
    expect(write({ ...forced, reasoning: wish({ effort: "max" }) }, "claude-opus-4-8")).toMatchObject({
      tool_choice: { type: "tool", name: "look" },
      thinking: { type: "disabled" },
      output_config: { effort: "high" },
    });
    expect(write(forced, "claude-opus-5-5")).toMatchObject({
      tool_choice: { type: "auto" },
      system: [{ text: "Answer by calling the tool look." }],
    });
  });

  it("writes tools of every kind", () => {
    const strict = { type: "object", properties: { n: { type: "integer", minimum: 1 } }, required: ["n"] };
    const { tools } = write({
      tools: [
        tool({ description: "Looks.", parameters: null, cache: { ttl: "5m" } }),
        tool({ name: "count", parameters: strict, strict: true }),
        tool({ name: "patch", custom: { format: null }, parameters: null }),
      ],
    });
    expect(tools).toMatchObject([
      {
        name: "look",
        description: "Looks.",
        input_schema: { type: "object", properties: {} },
        cache_control: { type: "ephemeral", ttl: "5m" },
      },
      {
        strict: true,
        input_schema: {
          additionalProperties: false,
          properties: { n: { type: "integer", description: "{minimum: 1}" } },
        },
      },
      { name: "patch", input_schema: { required: ["input"] } },
    ]);
    expect(write({ tools: [tool({ parameters: strict, strict: true })] }, "claude-opus-4-0").tools).toEqual([
      { name: "look", input_schema: strict },
    ]);
  });

  it.each<[Conversation["toolChoice"], boolean | null, unknown]>([
    [null, null, undefined],
    [{ kind: "auto" }, true, { type: "auto" }],
    [{ kind: "none" }, false, { type: "none" }],
    [{ kind: "required" }, null, { type: "any" }],
    [{ kind: "required" }, false, { type: "any", disable_parallel_tool_use: true }],
    [null, false, { type: "auto", disable_parallel_tool_use: true }],
  ])("writes the choice %j with parallel %j", (toolChoice, parallelToolCalls, choice) => {
    expect(write({ tools: [tool()], toolChoice, parallelToolCalls }).tool_choice).toEqual(choice);
    expect(write({ toolChoice, parallelToolCalls })).not.toHaveProperty("tool_choice");
  });

  it("asks for JSON in the words a model knows", () => {
    const schema = { type: "object", properties: { a: { type: "string", format: "regex" } }, required: ["a"] };
    const output = { kind: "schema" as const, name: "n", schema, description: "An a.", strict: true };
    const exact = {
      type: "object",
      properties: { a: { type: "string", description: '{format: "regex"}' } },
      required: ["a"],
      additionalProperties: false,
      description: "An a.",
    };
    expect(write({ output })).toMatchObject({ output_config: { format: { type: "json_schema", schema: exact } } });
    const older = write({ output }, "claude-3-7-sonnet");
    expect(older).not.toHaveProperty("output_config");
    expect(JSON.stringify(older.system)).toContain("fits this JSON schema");
    const open = { ...output, schema: { type: "object", additionalProperties: { type: "string" } } };
    expect(JSON.stringify(write({ output: open }).system)).toContain("additionalProperties");
    expect(JSON.stringify(write({ output: { kind: "json" } }).system)).toContain("one JSON object");
  });

  it("keeps the last four marks of the cache", () => {
    const marked = (words: string): Part => ({ kind: "text", text: words, cache: { ttl: null } });
    const request = write({
      system: [{ kind: "text", text: "s", cache: { ttl: null } }],
      turns: [user(...["1", "2", "3", "4"].map(marked))],
    });
    expect(request.system).toEqual([{ type: "text", text: "s" }]);
    expect(JSON.stringify(request.messages).match(/cache_control/g)).toHaveLength(4);
  });

  it("leaves out what its column of the table says is dropped", () => {
    const request = write({
      seed: 1,
      presencePenalty: 1,
      verbosity: "low",
      promptCacheKey: "k",
      serviceTier: "flex",
      metadata: { a: "b" },
      stop: [" ", "END"],
    });
    expect(Object.keys(request).sort()).toEqual(["max_tokens", "messages", "model", "stop_sequences"]);
    expect(request.stop_sequences).toEqual(["END"]);
  });
});
