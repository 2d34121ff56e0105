import type { Json } from "../../protocols/answer-format.ts";
import { sealSignature } from "../../protocols/signature.ts";
import {
  type ClientSamples,
  longName,
  paper,
  paperUrl,
  pictureUrl,
  pixel,
  type Samples,
  schema,
  thought,
} from "./samples.ts";

const question: Json = { role: "user", content: "Hi" };
const tool: Json = { name: "look", description: "Looks.", input_schema: schema };
const tools = [tool];
const answer: Json = { role: "assistant", content: [{ type: "text", text: "Hello." }] };
const hi: Json = { type: "text", text: "Hi" };
const said = (...blocks: Json[]): Json => ({ messages: [{ role: "user", content: [hi, ...blocks] }] });
const image: Json = { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } };
const document = (source: Json): Json => ({ type: "document", source, title: "a.pdf" });
const file = document({ type: "base64", media_type: "application/pdf", data: paper });
const exchange = (before: Json[] = [], result: Json = {}): Json => ({
  tools,
  messages: [
    question,
    {
      role: "assistant",
      content: [...before, { type: "tool_use", id: "call_1", name: "look", input: { city: "Rome" } }],
    },
    {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "Sunny." }], ...result }],
    },
  ],
});

export const messagesClient: ClientSamples = {
  base: { model: "m", max_tokens: 9000, messages: [question] },
  samples(proof): Samples {
    const sealed = sealSignature(proof, "anthropic");
    const thinking = (signature: string): Json => ({ type: "thinking", thinking: thought, signature });
    return {
      text: { asks: {}, plain: { messages: [] } },
      system: { asks: { system: "Be brief." } },
      system_midway: {
        asks: { messages: [question, answer, question, { role: "system", content: "Now in French." }] },
        plain: { messages: [question, answer, question] },
      },
      image_data: { asks: said(image), plain: said() },
      image_url: { asks: said({ type: "image", source: { type: "url", url: pictureUrl } }), plain: said() },
      image_file: { asks: said({ type: "image", source: { type: "file", file_id: "file_1" } }), plain: said() },
      document_data: { asks: said(file), plain: said() },
      document_url: { asks: said(document({ type: "url", url: paperUrl })), plain: said() },
      document_file: { asks: said(document({ type: "file", file_id: "file_1" })), plain: said() },
      document_text: {
        asks: said(document({ type: "text", media_type: "text/plain", data: "Words on paper." })),
        plain: said(),
      },
      tools: { asks: { tools } },
      tool_strict: { asks: { tools: [{ ...tool, strict: true }] }, plain: { tools } },
      tool_hosted: { asks: { tools: [{ type: "web_search_20250305", name: "web_search" }] } },
      tool_choice_required: { asks: { tools, tool_choice: { type: "any" } }, plain: { tools } },
      tool_choice_named: { asks: { tools, tool_choice: { type: "tool", name: "look" } }, plain: { tools } },
      tool_choice_none: { asks: { tools, tool_choice: { type: "none" } }, plain: { tools } },
      parallel_tool_calls: {
        asks: { tools, tool_choice: { type: "auto", disable_parallel_tool_use: true } },
        plain: { tools, tool_choice: { type: "auto" } },
      },
      tool_results: { asks: exchange(), plain: { tools } },
      tool_result_images: { asks: exchange([], { content: [image] }), plain: exchange() },
      tool_result_documents: { asks: exchange([], { content: [file] }), plain: exchange() },
      tool_result_error: { asks: exchange([], { is_error: true }), plain: exchange() },
      json_schema: { asks: { output_config: { format: { type: "json_schema", schema } } } },
      max_output_tokens: { asks: { max_tokens: 7 }, plain: { max_tokens: undefined } },
      temperature: { asks: { temperature: 0.5 } },
      top_p: { asks: { top_p: 0.5 } },
      top_k: { asks: { top_k: 5 } },
      stop: { asks: { stop_sequences: ["END"] } },
      reasoning_effort: { asks: { output_config: { effort: "high" } } },
      reasoning_budget: { asks: { thinking: { type: "enabled", budget_tokens: 4096 } } },
      reasoning_shown: {
        asks: { thinking: { type: "adaptive", display: "summarized" }, output_config: { effort: "high" } },
        plain: { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
      },
      reasoning_blocks: { asks: exchange([thinking("")]), plain: exchange() },
      reasoning_signatures: { asks: exchange([thinking(sealed)]), plain: exchange([thinking("")]) },
      sealed_reasoning: { asks: exchange([{ type: "redacted_thinking", data: sealed }, hi]), plain: exchange([hi]) },
      cache_marks: {
        asks: { messages: [{ role: "user", content: [{ ...hi, cache_control: { type: "ephemeral" } }] }] },
        plain: said(),
      },
      user: { asks: { metadata: { user_id: longName } } },
      service_tier: { asks: { service_tier: "standard_only" } },
      prefill: { asks: { messages: [question, answer] } },
      own_state: { asks: { container: "container_1" } },
      own_output: { asks: { mcp_servers: [{ type: "url", url: "https://mcp.test", name: "m" }] } },
      own_hints: { asks: { context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } } },
    };
  },
};
