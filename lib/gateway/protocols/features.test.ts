import { describe, expect, it } from "vitest";
import { type Conversation, type Part, type Signature, type Turn, wireNames } from "./conversation.ts";
import { type Feature, type FeatureVerdict, features, featuresOf, featureTable, judge } from "./features.ts";
import { emptyConversation } from "./openai-members.ts";
import { wires } from "./wires.ts";

const conversation = (more: Partial<Conversation>): Conversation => ({
  ...emptyConversation(),
  turns: [{ role: "user", parts: [{ kind: "text", text: "Hi" }] }],
  ...more,
});
const user = (...parts: Part[]): Turn => ({ role: "user", parts });
const assistant = (...parts: Part[]): Turn => ({ role: "assistant", parts });
const said: Part = { kind: "text", text: "Hi" };
const tool = {
  name: "t",
  description: "Does.",
  parameters: { type: "object", properties: {} },
  strict: null,
  custom: null,
};
const base64 = (mediaType: string) => ({ kind: "base64" as const, mediaType, data: "AAAA" });
const call: Part = { kind: "tool_call", id: "c1", name: "t", arguments: "{}", isCustom: false, signature: null };
const result = (more: Partial<Extract<Part, { kind: "tool_result" }>> = {}): Part => ({
  kind: "tool_result",
  callId: "c1",
  name: "t",
  content: [{ kind: "text", text: "Done." }],
  isError: false,
  isCustom: false,
  ...more,
});
const exchange = (before: Part[], after: Part = result()): Partial<Conversation> => ({
  tools: [tool],
  turns: [user(said), assistant(...before, call), user(after)],
});
const signature: Signature = { origin: "anthropic", value: "c2ln" };
const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };

/** For each feature, a conversation that has it and the same one without it. */
const samples: Record<Feature, [Partial<Conversation>, Partial<Conversation>?]> = {
  text: [{}, { turns: [user({ kind: "audio", format: "wav", data: "AAAA" })] }],
  system: [{ system: [{ kind: "text", text: "Be brief." }] }],
  system_midway: [
    {
      turns: [
        user(said),
        assistant(said),
        { role: "system", parts: [{ kind: "text", text: "Now long." }] },
        user(said),
      ],
    },
    { turns: [user(said), assistant(said), user(said)] },
  ],
  image_data: [{ turns: [user(said, { kind: "image", source: base64("image/png") })] }],
  image_url: [
    { turns: [user(said, { kind: "image", source: { kind: "url", url: "https://a.test/a.png", mediaType: null } })] },
  ],
  image_file: [{ turns: [user(said, { kind: "image", source: { kind: "file", id: "f" } })] }],
  image_detail: [
    { turns: [user(said, { kind: "image", source: base64("image/png"), detail: "low" })] },
    { turns: [user(said, { kind: "image", source: base64("image/png") })] },
  ],
  document_data: [{ turns: [user(said, { kind: "document", source: base64("application/pdf"), name: "a.pdf" })] }],
  document_url: [
    {
      turns: [
        user(said, {
          kind: "document",
          source: { kind: "url", url: "https://a.test/a.pdf", mediaType: null },
          name: null,
        }),
      ],
    },
  ],
  document_file: [{ turns: [user(said, { kind: "document", source: { kind: "file", id: "f" }, name: null })] }],
  document_text: [
    { turns: [user(said, { kind: "document", source: { kind: "text", text: "Words." }, name: "a.txt" })] },
  ],
  audio: [{ turns: [user(said, { kind: "audio", format: "wav", data: "AAAA" })] }],
  video: [{ turns: [user(said, { kind: "video", source: base64("video/mp4") })] }],
  tools: [{ tools: [tool] }],
  tool_strict: [
    { tools: [{ ...tool, parameters: schema, strict: true }] },
    { tools: [{ ...tool, parameters: schema }] },
  ],
  tool_custom: [{ tools: [{ ...tool, parameters: null, custom: { format: null } }] }],
  tool_hosted: [{ hostedTools: [{ type: "web_search" }] }],
  tool_choice_required: [{ tools: [tool], toolChoice: { kind: "required" } }, { tools: [tool] }],
  tool_choice_named: [{ tools: [tool], toolChoice: { kind: "tool", name: "t" } }, { tools: [tool] }],
  tool_choice_none: [{ tools: [tool], toolChoice: { kind: "none" } }, { tools: [tool] }],
  parallel_tool_calls: [{ tools: [tool], parallelToolCalls: false }, { tools: [tool] }],
  tool_results: [exchange([]), { tools: [tool] }],
  tool_result_images: [
    exchange([], result({ content: [{ kind: "image", source: base64("image/png") }] })),
    exchange([]),
  ],
  tool_result_documents: [
    exchange([], result({ content: [{ kind: "document", source: base64("application/pdf"), name: "a.pdf" }] })),
    exchange([]),
  ],
  tool_result_error: [exchange([], result({ isError: true })), exchange([])],
  json_object: [{ output: { kind: "json" } }],
  json_schema: [{ output: { kind: "schema", name: "answer", schema, description: null, strict: true } }],
  max_output_tokens: [{ maxOutputTokens: 77 }],
  temperature: [{ temperature: 0.5 }],
  top_p: [{ topP: 0.5 }],
  top_k: [{ topK: 5 }],
  stop: [{ stop: ["END"] }],
  seed: [{ seed: 7 }],
  penalties: [{ presencePenalty: 0.5 }],
  logprobs: [{ topLogprobs: 2 }],
  choices: [{ choices: 2 }],
  reasoning_effort: [{ reasoning: { effort: "high", budgetTokens: null, shown: null } }],
  reasoning_budget: [
    { maxOutputTokens: 9000, reasoning: { effort: null, budgetTokens: 4096, shown: null } },
    { maxOutputTokens: 9000 },
  ],
  reasoning_shown: [
    { reasoning: { effort: "high", budgetTokens: null, shown: true } },
    { reasoning: { effort: "high", budgetTokens: null, shown: false } },
  ],
  reasoning_blocks: [exchange([{ kind: "reasoning", text: "Hm.", signature: null }]), exchange([])],
  reasoning_signatures: [
    exchange([{ kind: "reasoning", text: "Hm.", signature }]),
    exchange([{ kind: "reasoning", text: "Hm.", signature: null }]),
  ],
  sealed_reasoning: [exchange([{ kind: "sealed_reasoning", signature }]), exchange([])],
  cache_marks: [{ turns: [user({ kind: "text", text: "Hi", cache: { ttl: null } })] }, {}],
  cache_key: [{ promptCacheKey: "k" }],
  user: [{ user: "ann" }],
  metadata: [{ metadata: { a: "b" } }],
  service_tier: [{ serviceTier: "flex" }],
  verbosity: [{ verbosity: "low" }],
  prefill: [{ turns: [user(said), assistant(said)] }, { turns: [user(said)] }],
  own_state: [{ own: { previous_response_id: "r" } }],
  own_output: [{ own: { logit_bias: { 1: 1 } } }],
  own_hints: [{ own: { some_new_member: 1 } }],
};
/** Adapted means for thoughts: those of the target's own maker are sent back to it. */
const ofThoughts = new Set<Feature>(["reasoning_blocks", "reasoning_signatures", "sealed_reasoning"]);
const proof = "cHJvb2Y=";
const homes = {
  "openai-chat": "anthropic",
  "openai-responses": "openai",
  "anthropic-messages": "anthropic",
  gemini: "gemini",
} as const;
const thoughtsOf = (origin: Signature["origin"]): Partial<Conversation> =>
  exchange([
    { kind: "reasoning", text: "Hm.", signature: { origin, value: proof } },
    { kind: "sealed_reasoning", signature: { origin, value: proof } },
  ]);
const models = {
  "openai-chat": "deepseek-chat",
  "openai-responses": "gpt-5.2",
  "anthropic-messages": "claude-sonnet-4-5",
  gemini: "gemini-3-pro-preview",
};

describe("a feature", () => {
  it.each(features.map((feature) => [feature]))("%s is found where it is asked for, and only there", (feature) => {
    const [withIt, without = {}] = samples[feature];
    expect(featuresOf(conversation(withIt))).toContain(feature);
    expect(featuresOf(conversation(without))).not.toContain(feature);
  });

  it("of a part is found in the result of a tool too", () => {
    const content = [{ kind: "image" as const, source: { kind: "file" as const, id: "f" } }];
    expect(judge(conversation(exchange([], result({ content }))), "openai-chat").refused).toEqual(["image_file"]);
  });

  it("that a target does not name is kept", () => {
    expect(judge(conversation({ temperature: 1, seed: 1, topK: 1 }), "openai-chat")).toEqual({
      dropped: ["top_k"],
      refused: [],
    });
  });

  it("is no default: nothing is asked for by empty lists, ones and automatic choices", () => {
    const plain = conversation({
      choices: 1,
      toolChoice: { kind: "auto" },
      output: { kind: "text" },
      presencePenalty: 0,
      parallelToolCalls: true,
    });
    expect([...featuresOf(plain)]).toEqual(["text"]);
  });
});

describe("the table says the truth", () => {
  const rows = wireNames.flatMap((name) =>
    features.map((feature): [Feature, FeatureVerdict, (typeof wireNames)[number]] => [
      feature,
      featureTable[name][feature] ?? "kept",
      name,
    ]),
  );
  const writable = rows.filter(([feature, verdict]) => verdict !== "refused" && feature !== "own_hints");

  it.each(writable)("%s is %s by %s", (feature, verdict, name) => {
    const wire = wires[name];
    const write = (more: Partial<Conversation>) =>
      wire.writeRequest(conversation(more), { model: models[name], stream: false });
    const [withIt, without = {}] = samples[feature];
    if (verdict === "dropped") expect(write(withIt)).toEqual(write(without));
    else if (verdict === "kept") expect(featuresOf(wire.readRequest(write(withIt)))).toContain(feature);
    else if (ofThoughts.has(feature)) expect(JSON.stringify(write(thoughtsOf(homes[name])))).toContain(proof);
    else expect(write(withIt)).not.toEqual(write(without));
  });
});
