import type { Json } from "./answer-format.ts";
import type { Conversation, OutputFormat, Tool } from "./conversation.ts";
import { asFunction } from "./custom-tools.ts";
import { writeMessages } from "./openai-chat-write-messages.ts";
import { effortOf, isOpenaiThinker, mayThink, writeFunction, writeServiceTier, writeUser } from "./openai-members.ts";
import { compact } from "./request-members.ts";
import type { RequestTarget } from "./wire.ts";

/**
 * Writes a chat request for OpenAI and all who copy it. The limit is `max_tokens`, which every server knows, but for
 * OpenAI's models that think: they take `max_completion_tokens` only. Custom tools are functions, because hardly any
 * server has them. `metadata` is left out: OpenAI takes it for stored answers only.
 */
export function writeChatConversation(conversation: Conversation, { model, stream }: RequestTarget): Json {
  const c = conversation;
  return compact({
    model,
    messages: writeMessages(c, model),
    stream,
    stream_options: stream ? { include_usage: true } : null,
    ...writeTools(c),
    response_format: writeOutput(c.output),
    [isOpenaiThinker(model) ? "max_completion_tokens" : "max_tokens"]: c.maxOutputTokens,
    temperature: c.temperature,
    top_p: c.topP,
    stop: c.stop.length > 0 ? c.stop : null,
    seed: c.seed,
    presence_penalty: c.presencePenalty,
    frequency_penalty: c.frequencyPenalty,
    reasoning_effort: mayThink(model) ? effortOf(c.reasoning) : null,
    verbosity: c.verbosity,
    user: writeUser(c.user),
    prompt_cache_key: c.promptCacheKey,
    service_tier: writeServiceTier(c.serviceTier),
  });
}

function writeTools({ tools, toolChoice, parallelToolCalls }: Conversation): Json {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(writeTool),
    tool_choice:
      toolChoice?.kind === "tool" ? { type: "function", function: { name: toolChoice.name } } : toolChoice?.kind,
    parallel_tool_calls: parallelToolCalls,
  };
}

function writeTool(tool: Tool): Json {
  return { type: "function", function: compact({ ...writeFunction(asFunction(tool)), strict: tool.strict }) };
}

function writeOutput(output: OutputFormat | null): Json | null {
  if (output === null || output.kind === "text") return null;
  if (output.kind === "json") return { type: "json_object" };
  const { name, schema, description, strict } = output;
  return { type: "json_schema", json_schema: compact({ name, schema, description, strict }) };
}
