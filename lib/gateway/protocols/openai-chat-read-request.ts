import { invalidType, missing } from "../request-problems.ts";
import type { Json } from "./answer-format.ts";
import type { Conversation, OutputFormat, ReasoningWish, Tool, ToolChoice } from "./conversation.ts";
import { MessageReader } from "./openai-chat-read-messages.ts";
import { emptyConversation, readCacheMark, readEffort, readOutputFormat, readVerbosity } from "./openai-members.ts";
import { Members } from "./request-members.ts";

/**
 * Reads a chat request (https://platform.openai.com/docs/api-reference/chat/create), with what others have added and
 * many clients send: `top_k`, `reasoning` (OpenRouter), `thinking` (DeepSeek, GLM), `cache_control`. Throws the 400s.
 */
export function readChatConversation(json: Json): Conversation {
  const body = new Members(json);
  if (body.value("messages") === null) throw missing("messages");
  const messages = new MessageReader();
  for (const message of body.each("messages")) messages.add(message);
  const own: Json = messages.own;
  const conversation: Conversation = {
    ...emptyConversation(),
    system: messages.system,
    turns: messages.turns,
    ...readTools(body, own),
    parallelToolCalls: body.flag("parallel_tool_calls"),
    output: readOutput(body),
    maxOutputTokens: body.number("max_completion_tokens") ?? body.number("max_tokens"),
    temperature: body.number("temperature"),
    topP: body.number("top_p"),
    topK: body.number("top_k"),
    stop: readStop(body),
    seed: body.number("seed"),
    presencePenalty: body.number("presence_penalty"),
    frequencyPenalty: body.number("frequency_penalty"),
    topLogprobs: readLogprobs(body),
    choices: body.number("n") ?? 1,
    reasoning: readReasoning(body),
    verbosity: readVerbosity(body.value("verbosity")),
    user: body.text("user") ?? body.text("safety_identifier"),
    promptCacheKey: body.text("prompt_cache_key"),
    serviceTier: body.text("service_tier"),
    metadata: body.object("metadata"),
    stream: body.flag("stream") ?? false,
  };
  body.ignore("model", "stream_options", "max_tokens", "safety_identifier");
  const modalities = body.list("modalities");
  if (modalities.some((one) => one !== "text")) own.modalities = modalities;
  if (messages.unknown.size > 0) own.unknown_parts = [...messages.unknown];
  return { ...conversation, own: { ...own, ...body.rest(), ...unreadChoices(body, conversation) } };
}

/** Choices that are there but that we do not know: without them the answer would be another. */
function unreadChoices(body: Members, { output, toolChoice }: Conversation): Json {
  const unread: Json = {};
  const format = body.object("response_format");
  if (format && output === null) unread.response_format = format;
  for (const name of ["reasoning_effort", "verbosity"]) {
    const value = body.value(name);
    if (value !== null && (name === "verbosity" ? readVerbosity(value) : readEffort(value)) === null)
      unread[name] = value;
  }
  const choice = body.value("tool_choice");
  if (choice !== null && toolChoice === null) unread.tool_choice = choice;
  return unread;
}

function readOutput(body: Members): OutputFormat | null {
  const format = body.members("response_format");
  return readOutputFormat(format.text("type"), format.members("json_schema"));
}

function readStop(body: Members): string[] {
  const stop = body.value("stop");
  if (stop === null) return [];
  if (typeof stop === "string") return [stop];
  if (!Array.isArray(stop) || stop.some((one) => typeof one !== "string"))
    throw invalidType("stop", "a string or an array of strings");
  return stop;
}

function readLogprobs(body: Members): number | null {
  const top = body.number("top_logprobs");
  return body.flag("logprobs") ? (top ?? 0) : null;
}

function readReasoning(body: Members): ReasoningWish | null {
  const wish = body.members("reasoning");
  const thinking = body.members("thinking");
  const effort = readEffort(body.value("reasoning_effort")) ?? readEffort(wish.value("effort"));
  const hidden = wish.flag("exclude");
  const shown = hidden === null ? body.flag("include_reasoning") : !hidden;
  const type = thinking.text("type");
  const budget = thinking.number("budget_tokens");
  const asked = type === "disabled" ? 0 : type === null ? null : (budget ?? -1);
  const budgetTokens = wish.number("max_tokens") ?? asked ?? (wish.flag("enabled") === true && !effort ? -1 : null);
  return effort || budgetTokens !== null || shown !== null ? { effort, budgetTokens, shown } : null;
}

function readTools(body: Members, own: Json): Pick<Conversation, "tools" | "hostedTools" | "toolChoice"> {
  const tools: Tool[] = [];
  const hostedTools: Json[] = [];
  for (const tool of body.each("tools")) {
    const type = tool.text("type") ?? "function";
    if (type !== "function" && type !== "custom") {
      hostedTools.push(tool.json);
      continue;
    }
    const inner = tool.members(type);
    tools.push({ ...(type === "custom" ? readCustom(inner) : readFunction(inner)), ...readCacheMark(tool) });
    tool.keepRest("tools", own);
    inner.keepRest(`tools.${type}`, own);
  }
  for (const old of body.each("functions")) tools.push(readFunction(old));
  const choice = readToolChoice(body);
  if (!choice?.allowed) return { tools, hostedTools, toolChoice: choice?.choice ?? null };
  const { allowed } = choice;
  return { tools: tools.filter(({ name }) => allowed.has(name)), hostedTools, toolChoice: choice.choice };
}

function readFunction(tool: Members): Tool {
  return {
    name: tool.required("name"),
    description: tool.text("description"),
    parameters: tool.object("parameters"),
    strict: tool.flag("strict"),
    custom: null,
  };
}

function readCustom(tool: Members): Tool {
  return {
    name: tool.required("name"),
    description: tool.text("description"),
    parameters: null,
    strict: null,
    custom: { format: tool.object("format") },
  };
}

/** `allowed`: only these tools may be called, which is what a shorter list of tools says. Null = not said, or unknown. */
function readToolChoice(body: Members): { choice: ToolChoice; allowed: Set<string> | null } | null {
  const value = body.value("tool_choice") ?? body.value("function_call");
  if (value === null) return null;
  if (value === "auto" || value === "none" || value === "required") return { choice: { kind: value }, allowed: null };
  if (value === "any") return { choice: { kind: "required" }, allowed: null };
  const path = body.value("tool_choice") === null ? "function_call" : "tool_choice";
  if (typeof value === "string") throw invalidType(path, "one of none, auto, required");
  const choice = Members.of(value, path);
  const type = choice.text("type");
  if (path === "function_call") return { choice: { kind: "tool", name: choice.required("name") }, allowed: null };
  if (type === "function" || type === "custom")
    return { choice: { kind: "tool", name: choice.members(type).required("name") }, allowed: null };
  if (type !== "allowed_tools") return null;
  const inner = choice.members("allowed_tools");
  const names = inner.each("tools").map((tool) => tool.members(tool.text("type") ?? "function").text("name") ?? "");
  return { choice: { kind: inner.text("mode") === "required" ? "required" : "auto" }, allowed: new Set(names) };
}
