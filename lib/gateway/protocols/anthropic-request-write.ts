import { isObject, type Json } from "./answer-format.ts";
import { cacheControl, textBlocks } from "./anthropic-blocks-write.ts";
import { type AnthropicModel, anthropicModel } from "./anthropic-models.ts";
import { strictSchema } from "./anthropic-schema.ts";
import { type Thinking, thinkingFor } from "./anthropic-thinking.ts";
import { isThought, writeTurns } from "./anthropic-turns.ts";
import type { Conversation, OutputFormat, Tool } from "./conversation.ts";
import { asFunction } from "./custom-tools.ts";
import type { RequestTarget } from "./wire.ts";

/** Anthropic keeps the prompt at no more than so many places. */
const mostCacheMarks = 4;

/**
 * A conversation as a request to `/v1/messages`. What is said in other words: docs/conversions.md, and the tables of
 * `anthropic-models.ts` and `anthropic-thinking.ts`. `max_tokens` is needed; where a client set none, it is what any
 * model of that generation can give.
 */
export function writeMessagesRequest(conversation: Conversation, { model, stream }: RequestTarget): Json {
  const can = anthropicModel(model);
  const messages = writeTurns(conversation.turns);
  const maxTokens = conversation.maxOutputTokens ?? can.maxTokens;
  const { choice, instruction } = toolChoiceOf(conversation, can);
  const mayThink = !(choice?.type === "any" || choice?.type === "tool") && mayThinkOn(messages, can);
  const { thinking, effort } = thinkingFor(conversation.reasoning, can, { maxTokens, mayThink });
  const { format, told } = outputOf(conversation.output, can);
  const system = [...conversation.system, ...instructions(instruction, told)].flatMap(textBlocks);
  const stop = conversation.stop.filter((text) => text.trim());
  const request: Json = {
    model,
    max_tokens: maxTokens,
    ...(system.length > 0 ? { system } : {}),
    messages,
    ...(conversation.tools.length > 0 ? { tools: conversation.tools.map((tool) => toolOf(tool, can)) } : {}),
    ...(choice ? { tool_choice: choice } : {}),
    ...samplingOf(conversation, can, thinking),
    ...(stop.length > 0 ? { stop_sequences: stop } : {}),
    ...(thinking ? { thinking } : {}),
    ...(effort || format ? { output_config: { ...(effort ? { effort } : {}), ...(format ? { format } : {}) } } : {}),
    ...(conversation.user ? { metadata: { user_id: conversation.user } } : {}),
    ...(stream ? { stream: true } : {}),
  };
  limitCacheMarks(request);
  return request;
}

function instructions(...texts: (string | null)[]): { text: string }[] {
  return texts.filter((text) => text !== null).map((text) => ({ text }));
}

/** In the midst of calls of tools, a model with a budget goes on thinking only after a thought of its own. */
function mayThinkOn(messages: readonly { role: string; content: Json[] }[], { thinking }: AnthropicModel): boolean {
  if (thinking !== "budget" || messages.at(-1)?.content[0]?.type !== "tool_result") return true;
  return isThought(messages.findLast(({ role }) => role === "assistant")?.content[0]);
}

/** Temperatures above 1 are 1. Thought comes with no sampling of the client's. */
function samplingOf(
  { temperature, topP, topK }: Conversation,
  { sampling, oneSampler }: AnthropicModel,
  thinking: Thinking["thinking"],
): Json {
  if (!sampling || (thinking && thinking.type !== "disabled")) return {};
  return {
    ...(temperature === null ? {} : { temperature: Math.min(Math.max(temperature, 0), 1) }),
    ...(topP === null || (oneSampler && temperature !== null) ? {} : { top_p: topP }),
    ...(topK === null ? {} : { top_k: topK }),
  };
}

function toolOf(tool: Tool, { structured }: AnthropicModel): Json {
  const { name, description, parameters, strict, cache } = asFunction(tool);
  const schema = { type: "object", ...(parameters ?? { properties: {} }) };
  const exact = strict && structured ? strictSchema(schema) : null;
  return {
    name,
    ...(description ? { description } : {}),
    input_schema: exact ?? schema,
    ...(exact ? { strict: true } : {}),
    ...cacheControl(cache ? { cache } : {}),
  };
}

/** Models that cannot be made to call a tool are asked to. */
function toolChoiceOf(
  { tools, toolChoice, parallelToolCalls }: Conversation,
  { forcedTools }: AnthropicModel,
): { choice: Json | null; instruction: string | null } {
  if (tools.length === 0) return { choice: null, instruction: null };
  if (toolChoice?.kind === "none") return { choice: { type: "none" }, instruction: null };
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  const isForced = toolChoice?.kind === "required" || toolChoice?.kind === "tool";
  if (isForced && !forcedTools) {
    const which = toolChoice.kind === "tool" ? `the tool ${toolChoice.name}` : "one of the tools";
    return { choice: { type: "auto", ...single }, instruction: `Answer by calling ${which}.` };
  }
  if (toolChoice?.kind === "tool")
    return { choice: { type: "tool", name: toolChoice.name, ...single }, instruction: null };
  if (!toolChoice && parallelToolCalls !== false) return { choice: null, instruction: null };
  return { choice: { type: isForced ? "any" : "auto", ...single }, instruction: null };
}

/** A schema that structured outputs cannot hold, and any JSON at all, are asked for in the system prompt. */
function outputOf(
  output: OutputFormat | null,
  { structured }: AnthropicModel,
): { format: Json | null; told: string | null } {
  if (!output || output.kind === "text") return { format: null, told: null };
  const bare = "Answer with JSON only: no other text and no code fence around it.";
  if (output.kind === "json") return { format: null, told: `${bare} The answer is one JSON object.` };
  const schema = structured ? strictSchema(output.schema) : null;
  if (schema) {
    const description = output.description && !schema.description ? { description: output.description } : {};
    return { format: { type: "json_schema", schema: { ...schema, ...description } }, told: null };
  }
  const about = output.description ? ` It is: ${output.description}` : "";
  return { format: null, told: `${bare} The answer fits this JSON schema:\n${JSON.stringify(output.schema)}${about}` };
}

/** The last marks hold the most of the prompt; more than Anthropic takes would be refused. */
function limitCacheMarks({ tools, system, messages }: Json): void {
  const lists = [tools, system, ...(messages as Json[]).map(({ content }) => content)];
  const marked: Json[] = [];
  for (const block of lists.flatMap((list) => (Array.isArray(list) ? list : []))) {
    if (!isObject(block)) continue;
    const inner = Array.isArray(block.content) ? block.content.filter(isObject) : [];
    marked.push(...[...inner, block].filter(({ cache_control: mark }) => mark));
  }
  for (const block of marked.slice(0, Math.max(0, marked.length - mostCacheMarks))) delete block.cache_control;
}
