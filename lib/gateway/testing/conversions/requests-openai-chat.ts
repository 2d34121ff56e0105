import type { Json } from "../../protocols/answer-format.ts";
import type { Signature } from "../../protocols/conversation.ts";
import { writeDetail } from "../../protocols/reasoning-details.ts";
import {
  type ClientSamples,
  film,
  grammar,
  longName,
  paper,
  pictureUrl,
  pixel,
  type Samples,
  schema,
  sound,
  thought,
} from "./samples.ts";

const question: Json = { role: "user", content: "Hi" };
const inner = { name: "look", description: "Looks.", parameters: schema };
const tools = [{ type: "function", function: inner }];
const answer: Json = { role: "assistant", content: "Hello." };
const said = (...parts: Json[]): Json => ({
  messages: [{ role: "user", content: [{ type: "text", text: "Hi" }, ...parts] }],
});
const image = (more: Json): Json => said({ type: "image_url", image_url: more });
const exchange = (assistant: Json = {}, content: unknown = "Sunny."): Json => ({
  tools,
  messages: [
    question,
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "look", arguments: '{"city":"Rome"}' } }],
      ...assistant,
    },
    { role: "tool", tool_call_id: "call_1", content },
  ],
});
const details = (proof: Signature | null, isSealed = false): Json => ({
  reasoning_details: [
    isSealed && proof
      ? writeDetail({ kind: "sealed_reasoning", signature: proof }, 0)
      : writeDetail({ kind: "reasoning", text: thought, signature: proof }, 0),
  ],
});
const dataUrl = (type: string, data: string) => `data:${type};base64,${data}`;

export const chatClient: ClientSamples = {
  base: { model: "m", messages: [question] },
  samples: (proof): Samples => ({
    text: { asks: {}, plain: { messages: [] } },
    system: { asks: { messages: [{ role: "system", content: "Be brief." }, question] } },
    system_midway: {
      asks: { messages: [question, answer, { role: "developer", content: "Now in French." }, question] },
      plain: { messages: [question, answer, question] },
    },
    image_data: { asks: image({ url: dataUrl("image/png", pixel) }), plain: said() },
    image_url: { asks: image({ url: pictureUrl }), plain: said() },
    image_detail: { asks: image({ url: pictureUrl, detail: "low" }), plain: image({ url: pictureUrl }) },
    document_data: {
      asks: said({ type: "file", file: { filename: "a.pdf", file_data: dataUrl("application/pdf", paper) } }),
      plain: said(),
    },
    document_file: { asks: said({ type: "file", file: { file_id: "file-1" } }), plain: said() },
    audio: { asks: said({ type: "input_audio", input_audio: { data: sound, format: "wav" } }), plain: said() },
    video: { asks: said({ type: "video_url", video_url: { url: dataUrl("video/mp4", film) } }), plain: said() },
    tools: { asks: { tools } },
    tool_strict: { asks: { tools: [{ type: "function", function: { ...inner, strict: true } }] }, plain: { tools } },
    tool_custom: {
      asks: {
        tools: [
          {
            type: "custom",
            custom: {
              name: "look",
              description: "Looks.",
              format: { type: "grammar", grammar: { syntax: "lark", definition: grammar } },
            },
          },
        ],
      },
    },
    tool_hosted: { asks: { tools: [{ type: "web_search" }] } },
    tool_choice_required: { asks: { tools, tool_choice: "required" }, plain: { tools } },
    tool_choice_named: {
      asks: { tools, tool_choice: { type: "function", function: { name: "look" } } },
      plain: { tools },
    },
    tool_choice_none: { asks: { tools, tool_choice: "none" }, plain: { tools } },
    parallel_tool_calls: { asks: { tools, parallel_tool_calls: false }, plain: { tools } },
    tool_results: { asks: exchange(), plain: { tools } },
    tool_result_images: {
      asks: exchange({}, [{ type: "image_url", image_url: { url: dataUrl("image/png", pixel) } }]),
      plain: exchange(),
    },
    tool_result_documents: {
      asks: exchange({}, [{ type: "file", file: { filename: "a.pdf", file_data: dataUrl("application/pdf", paper) } }]),
      plain: exchange(),
    },
    json_object: { asks: { response_format: { type: "json_object" } } },
    json_schema: {
      asks: { response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } } },
    },
    max_output_tokens: { asks: { max_completion_tokens: 7 } },
    temperature: { asks: { temperature: 1.5 } },
    top_p: { asks: { top_p: 0.5 } },
    top_k: { asks: { top_k: 5 } },
    stop: { asks: { stop: ["END"] } },
    seed: { asks: { seed: 7 } },
    penalties: { asks: { presence_penalty: 0.5, frequency_penalty: 0.25 } },
    logprobs: { asks: { logprobs: true, top_logprobs: 2 } },
    choices: { asks: { n: 2 } },
    reasoning_effort: { asks: { reasoning_effort: "high" } },
    reasoning_budget: {
      asks: { max_tokens: 9000, thinking: { type: "enabled", budget_tokens: 4096 } },
      plain: { max_tokens: 9000 },
    },
    reasoning_shown: { asks: { include_reasoning: true } },
    reasoning_blocks: { asks: exchange({ reasoning_content: thought }), plain: exchange() },
    reasoning_signatures: { asks: exchange(details(proof)), plain: exchange(details(null)) },
    sealed_reasoning: { asks: exchange(details(proof, true)), plain: exchange() },
    cache_marks: {
      asks: {
        messages: [
          { role: "user", content: [{ type: "text", text: "Hi", cache_control: { type: "ephemeral", ttl: "1h" } }] },
        ],
      },
      plain: said(),
    },
    cache_key: { asks: { prompt_cache_key: "k" } },
    user: { asks: { user: longName } },
    metadata: { asks: { metadata: { team: "red" } } },
    service_tier: { asks: { service_tier: "flex" } },
    verbosity: { asks: { verbosity: "low" } },
    prefill: { asks: { messages: [question, answer] } },
    own_state: {
      asks: { messages: [question, { ...answer, audio: { id: "audio_1" } }, question] },
      plain: { messages: [question, answer, question] },
    },
    own_output: { asks: { logit_bias: { 50256: -100 } } },
    own_hints: { asks: { store: true } },
  }),
};
