import type { Json } from "../../protocols/answer-format.ts";
import type { Signature } from "../../protocols/conversation.ts";
import { writeReasoningItem } from "../../protocols/responses-reasoning.ts";
import {
  type ClientSamples,
  grammar,
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
const tool: Json = { type: "function", name: "look", description: "Looks.", parameters: schema, strict: false };
const tools = [tool];
const answer: Json = { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello." }] };
const said = (...parts: Json[]): Json => ({
  input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }, ...parts] }],
});
const exchange = (before: Json[] = [], output: unknown = "Sunny."): Json => ({
  tools,
  input: [
    question,
    ...before,
    { type: "function_call", call_id: "call_1", name: "look", arguments: '{"city":"Rome"}' },
    { type: "function_call_output", call_id: "call_1", output },
  ],
});
const image = { type: "input_image", image_url: `data:image/png;base64,${pixel}`, detail: "auto" };
const file = { type: "input_file", filename: "a.pdf", file_data: `data:application/pdf;base64,${paper}` };
const thinking = (signature: Signature | null) =>
  writeReasoningItem({ kind: "reasoning", text: thought, signature }, "rs_1");

export const responsesClient: ClientSamples = {
  base: { model: "m", input: [question] },
  samples: (proof): Samples => ({
    text: { asks: { input: "Hi" }, plain: { input: [] } },
    system: { asks: { instructions: "Be brief." } },
    system_midway: {
      asks: { input: [question, answer, { role: "developer", content: "Now in French." }, question] },
      plain: { input: [question, answer, question] },
    },
    image_data: { asks: said(image), plain: said() },
    image_url: { asks: said({ type: "input_image", image_url: pictureUrl, detail: "auto" }), plain: said() },
    image_file: { asks: said({ type: "input_image", file_id: "file-1", detail: "auto" }), plain: said() },
    image_detail: { asks: said({ ...image, detail: "low" }), plain: said(image) },
    document_data: { asks: said(file), plain: said() },
    document_url: { asks: said({ type: "input_file", file_url: paperUrl }), plain: said() },
    document_file: { asks: said({ type: "input_file", file_id: "file-1" }), plain: said() },
    tools: { asks: { tools } },
    tool_strict: { asks: { tools: [{ ...tool, strict: true }] }, plain: { tools } },
    tool_custom: {
      asks: {
        tools: [
          {
            type: "custom",
            name: "look",
            description: "Looks.",
            format: { type: "grammar", syntax: "lark", definition: grammar },
          },
        ],
      },
    },
    tool_hosted: { asks: { tools: [{ type: "web_search" }] } },
    tool_choice_required: { asks: { tools, tool_choice: "required" }, plain: { tools } },
    tool_choice_named: { asks: { tools, tool_choice: { type: "function", name: "look" } }, plain: { tools } },
    tool_choice_none: { asks: { tools, tool_choice: "none" }, plain: { tools } },
    parallel_tool_calls: { asks: { tools, parallel_tool_calls: false }, plain: { tools } },
    tool_results: { asks: exchange(), plain: { tools } },
    tool_result_images: { asks: exchange([], [image]), plain: exchange() },
    tool_result_documents: { asks: exchange([], [file]), plain: exchange() },
    json_object: { asks: { text: { format: { type: "json_object" } } } },
    json_schema: { asks: { text: { format: { type: "json_schema", name: "answer", schema, strict: true } } } },
    max_output_tokens: { asks: { max_output_tokens: 7 } },
    temperature: { asks: { temperature: 1.5 } },
    top_p: { asks: { top_p: 0.5 } },
    logprobs: { asks: { top_logprobs: 2, include: ["message.output_text.logprobs"] } },
    reasoning_effort: { asks: { reasoning: { effort: "high" } } },
    reasoning_shown: { asks: { reasoning: { summary: "auto" } } },
    reasoning_blocks: { asks: exchange([thinking(null)]), plain: exchange() },
    reasoning_signatures: { asks: exchange([thinking(proof)]), plain: exchange([thinking(null)]) },
    sealed_reasoning: {
      asks: exchange([writeReasoningItem({ kind: "sealed_reasoning", signature: proof }, "rs_1")]),
      plain: exchange(),
    },
    cache_marks: {
      asks: {
        input: [
          {
            role: "user",
            content: [{ type: "input_text", text: "Hi", prompt_cache_breakpoint: { mode: "explicit" } }],
          },
        ],
      },
      plain: said(),
    },
    cache_key: { asks: { prompt_cache_key: "k" } },
    user: { asks: { safety_identifier: longName } },
    metadata: { asks: { metadata: { team: "red" } } },
    service_tier: { asks: { service_tier: "flex" } },
    verbosity: { asks: { text: { verbosity: "low" } } },
    prefill: { asks: { input: [question, answer] } },
    own_state: { asks: { previous_response_id: "resp_1" } },
    own_output: { asks: { tools, tool_choice: { type: "file_search" } }, plain: { tools } },
    own_hints: { asks: { truncation: "auto" } },
  }),
};
