import { expect } from "vitest";
import type { Json } from "../../protocols/answer-format.ts";
import type { WireName } from "../../protocols/conversation.ts";
import type { Feature } from "../../protocols/features.ts";
import { grammar, paper, pixel, schema } from "./samples.ts";

/** The models the requests are written for: what a format can say depends on them. */
export const upstreamModels: Record<WireName, string> = {
  "openai-chat": "deepseek-chat",
  "openai-responses": "gpt-5.2",
  "anthropic-messages": "claude-sonnet-4-5",
  gemini: "gemini-3-pro-preview",
};

const containing = (text: string): unknown => expect.stringContaining(text);
const last = (list: unknown): unknown => (list as unknown[]).at(-1);
const customParameters = { required: ["input"], properties: { input: { type: "string" } } };
const customDescription = containing(grammar);
const french = containing("<system>\nNow in French.\n</system>");
const tiers = (name: string) => ({ service_tier: expect.stringMatching(name) });

/** What stands in a request where a feature is adapted. Thoughts are looked at by their proofs instead. */
export const adaptedRequests: Record<WireName, Partial<Record<Feature, (sent: Json) => void>>> = {
  "openai-chat": {
    document_text: (sent) => expect(last(sent.messages)).toMatchObject({ content: containing("Words on paper.") }),
    tool_custom: (sent) =>
      expect(sent.tools).toMatchObject([
        { type: "function", function: { name: "look", parameters: customParameters, description: customDescription } },
      ]),
    tool_result_images: (sent) => {
      expect(last(sent.messages)).toMatchObject({ role: "user" });
      expect(JSON.stringify(last(sent.messages))).toContain(`data:image/png;base64,${pixel}`);
    },
    tool_result_documents: (sent) => {
      expect(last(sent.messages)).toMatchObject({ role: "user" });
      expect(JSON.stringify(last(sent.messages))).toContain(`data:application/pdf;base64,${paper}`);
    },
    tool_result_error: (sent) =>
      expect(last(sent.messages)).toMatchObject({ role: "tool", content: "The tool failed: Sunny." }),
    reasoning_effort: (sent) => expect(sent).toMatchObject({ reasoning_effort: "high" }),
    reasoning_budget: (sent) => expect(sent).toMatchObject({ reasoning_effort: "medium" }),
    user: (sent) => expect(sent).toMatchObject({ user: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown }),
    service_tier: (sent) => expect(sent).toMatchObject(tiers("^(flex|default)$")),
  },
  "openai-responses": {
    document_text: (sent) => expect(JSON.stringify(last(sent.input))).toContain("Words on paper."),
    tool_result_error: (sent) =>
      expect(last(sent.input)).toMatchObject({ type: "function_call_output", output: "The tool failed: Sunny." }),
    max_output_tokens: (sent) => expect(sent).toMatchObject({ max_output_tokens: 16 }),
    reasoning_effort: (sent) => expect(sent).toMatchObject({ reasoning: { effort: "high" } }),
    reasoning_shown: (sent) => expect(sent).toMatchObject({ reasoning: { summary: "auto" } }),
    reasoning_budget: (sent) => expect(sent).toMatchObject({ reasoning: { effort: "medium" } }),
    user: (sent) => expect(sent).toMatchObject({ user: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown }),
    service_tier: (sent) => expect(sent).toMatchObject(tiers("^(flex|default)$")),
  },
  "anthropic-messages": {
    system_midway: (sent) =>
      expect(last(sent.messages)).toMatchObject({
        role: "user",
        content: expect.arrayContaining([{ type: "text", text: french }]) as unknown,
      }),
    tool_strict: (sent) => expect(sent.tools).toMatchObject([{ strict: true, input_schema: schema }]),
    tool_custom: (sent) =>
      expect(sent.tools).toMatchObject([
        { name: "look", input_schema: customParameters, description: customDescription },
      ]),
    tool_choice_required: (sent) => expect(sent).toMatchObject({ tool_choice: { type: "any" } }),
    tool_choice_named: (sent) => expect(sent).toMatchObject({ tool_choice: { type: "tool", name: "look" } }),
    json_object: (sent) => expect(sent).toMatchObject({ system: [{ text: containing("Answer with JSON only") }] }),
    json_schema: (sent) => expect(sent).toMatchObject({ output_config: { format: { type: "json_schema", schema } } }),
    temperature: (sent) => expect(sent).toMatchObject({ temperature: 1 }),
    top_p: (sent) => expect(sent).toMatchObject({ top_p: 0.5 }),
    top_k: (sent) => expect(sent).toMatchObject({ top_k: 5 }),
    reasoning_effort: (sent) => expect(sent).toMatchObject({ thinking: { type: "enabled", budget_tokens: 16_384 } }),
    reasoning_budget: (sent) => expect(sent).toMatchObject({ thinking: { type: "enabled", budget_tokens: 4096 } }),
    reasoning_shown: (sent) => {
      expect(sent).toMatchObject({ thinking: { type: "enabled" } });
      expect(sent.thinking).not.toHaveProperty("display", "omitted");
    },
  },
  gemini: {
    system_midway: (sent) =>
      expect(last(sent.contents)).toMatchObject({
        role: "user",
        parts: expect.arrayContaining([{ text: french }]) as unknown,
      }),
    tool_custom: (sent) =>
      expect(sent.tools).toMatchObject([
        {
          functionDeclarations: [
            { name: "look", parametersJsonSchema: customParameters, description: customDescription },
          ],
        },
      ]),
    tool_result_images: (sent) =>
      expect(last(sent.contents)).toMatchObject({
        parts: [{ functionResponse: { parts: [{ inlineData: { mimeType: "image/png", data: pixel } }] } }],
      }),
    tool_result_documents: (sent) =>
      expect(last(sent.contents)).toMatchObject({
        parts: [{ functionResponse: { parts: [{ inlineData: { mimeType: "application/pdf", data: paper } }] } }],
      }),
    reasoning_effort: (sent) =>
      expect(sent).toMatchObject({ generationConfig: { thinkingConfig: { thinkingLevel: "HIGH" } } }),
    reasoning_budget: (sent) =>
      expect(sent).toMatchObject({ generationConfig: { thinkingConfig: { thinkingLevel: "LOW" } } }),
    service_tier: (sent) =>
      expect(sent).toMatchObject({ serviceTier: expect.stringMatching(/^(flex|standard)$/) as unknown }),
  },
};
