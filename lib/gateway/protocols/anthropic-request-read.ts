import { invalidType, missing } from "../request-problems.ts";
import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import { cacheMarkOf, readAnthropicTurn } from "./anthropic-blocks-read.ts";
import type { Conversation, OutputFormat, ReasoningEffort, ReasoningWish, TextPart, Tool } from "./conversation.ts";

/** Members that are read below; all others are Anthropic's own. */
const known = new Set(
  (
    "model messages system tools tool_choice max_tokens temperature top_p top_k stop_sequences stream thinking " +
    "output_config output_format metadata service_tier context_management"
  ).split(" "),
);

/** Claude Code counts its calls in a block of its own, which differs each time: no instruction to anybody. */
const billingNote = /^x-anthropic-billing-header:/;

/** Reads a request to `/v1/messages`. */
export function readMessagesRequest(json: Json): Conversation {
  const own: Json = {};
  for (const [name, value] of Object.entries(json))
    if (!known.has(name) && value !== null && value !== undefined) own[name] = value;
  // Edits of the context spare tokens; without them the whole conversation is read.
  if (json.context_management) own.context_edits = json.context_management;
  const tools = readTools(json.tools);
  const choice = member(json, "tool_choice");
  return {
    system: readSystem(json.system),
    ...readTurns(json.messages, own),
    ...tools,
    toolChoice: readToolChoice(choice),
    parallelToolCalls:
      typeof choice?.disable_parallel_tool_use === "boolean" ? !choice.disable_parallel_tool_use : null,
    output: readOutput(json),
    maxOutputTokens: count(json, "max_tokens"),
    temperature: number(json, "temperature"),
    topP: number(json, "top_p"),
    topK: count(json, "top_k"),
    stop: readStop(json.stop_sequences),
    seed: null,
    presencePenalty: null,
    frequencyPenalty: null,
    topLogprobs: null,
    choices: 1,
    reasoning: readReasoning(json),
    verbosity: null,
    user: stringOrNull(member(json, "metadata")?.user_id),
    promptCacheKey: null,
    serviceTier: json.service_tier === "standard_only" ? "default" : stringOrNull(json.service_tier),
    metadata: null,
    stream: json.stream === true,
    own,
  };
}

function readTurns(messages: unknown, own: Json): Pick<Conversation, "turns"> {
  if (messages === undefined || messages === null) throw missing("messages");
  if (!Array.isArray(messages)) throw invalidType("messages", "an array");
  const toolNames = new Map<string, string>();
  const strange = new Set<string>();
  const turns = messages.map((message: unknown, at) =>
    readAnthropicTurn(message, `messages.${at}`, toolNames, strange),
  );
  if (strange.size > 0) own.unknown_parts = [...strange];
  return { turns };
}

function readSystem(system: unknown): TextPart[] {
  if (system === undefined || system === null) return [];
  if (typeof system === "string") return system ? [{ kind: "text", text: system }] : [];
  if (!Array.isArray(system)) throw invalidType("system", "a string or an array");
  const parts: TextPart[] = [];
  for (const [at, block] of system.entries()) {
    if (!isObject(block) || typeof block.text !== "string") throw invalidType(`system.${at}`, "a text block");
    if (block.text && !billingNote.test(block.text))
      parts.push({ kind: "text", text: block.text, ...cacheMarkOf(block) });
  }
  return parts;
}

/** Tools with a `type` of their own are Anthropic's: it runs them, or the model was trained on them. */
function readTools(list: unknown): Pick<Conversation, "tools" | "hostedTools"> {
  const tools: Tool[] = [];
  const hostedTools: Json[] = [];
  if (list === undefined || list === null) return { tools, hostedTools };
  if (!Array.isArray(list)) throw invalidType("tools", "an array");
  for (const [at, tool] of list.entries()) {
    if (!isObject(tool)) throw invalidType(`tools.${at}`, "an object");
    const { type, name, description, input_schema: schema, strict } = tool;
    if (typeof type === "string" && type !== "custom") {
      hostedTools.push(tool);
      continue;
    }
    if (typeof name !== "string" || !name) throw invalidType(`tools.${at}.name`, "a string");
    if (schema !== undefined && schema !== null && !isObject(schema))
      throw invalidType(`tools.${at}.input_schema`, "an object");
    tools.push({
      name,
      description: stringOrNull(description),
      parameters: schema ?? null,
      strict: typeof strict === "boolean" ? strict : null,
      custom: null,
      ...cacheMarkOf(tool),
    });
  }
  return { tools, hostedTools };
}

function readToolChoice(choice: Json | null): Conversation["toolChoice"] {
  switch (choice?.type) {
    case undefined:
      return null;
    case "auto":
    case "none":
      return { kind: choice.type };
    case "any":
      return { kind: "required" };
    case "tool":
      if (typeof choice.name !== "string" || !choice.name) throw invalidType("tool_choice.name", "a string");
      return { kind: "tool", name: choice.name };
    default:
      throw invalidType("tool_choice.type", "auto, any, tool or none");
  }
}

/** `output_format` is the older place. */
function readOutput(json: Json): OutputFormat | null {
  const config = member(json, "output_config");
  const format = config?.format ?? json.output_format;
  if (format === undefined || format === null) return null;
  const param = config?.format ? "output_config.format" : "output_format";
  if (!isObject(format) || format.type !== "json_schema" || !isObject(format.schema))
    throw invalidType(param, "{type: json_schema, schema}");
  return { kind: "schema", name: "answer", schema: format.schema, description: null, strict: true };
}

const efforts = new Set(["low", "medium", "high", "xhigh", "max"]);

function readReasoning(json: Json): ReasoningWish | null {
  const thinking = member(json, "thinking");
  const told = member(json, "output_config")?.effort;
  if (told !== undefined && told !== null && typeof told !== "string")
    throw invalidType("output_config.effort", "a string");
  const effort = efforts.has(told ?? "") ? (told as ReasoningEffort) : null;
  const shown = thinking?.display === "omitted" ? false : thinking?.display === "summarized" ? true : null;
  switch (thinking?.type) {
    case undefined:
      return effort && { effort, budgetTokens: null, shown: null };
    case "disabled":
      return { effort: null, budgetTokens: 0, shown: null };
    case "enabled":
      return { effort, budgetTokens: count(thinking, "budget_tokens", "thinking."), shown: shown ?? true };
    case "adaptive":
      return { effort, budgetTokens: effort ? null : -1, shown };
    case "between_tools":
      return { effort: effort ?? "low", budgetTokens: null, shown };
    default:
      throw invalidType("thinking.type", "enabled, adaptive, between_tools or disabled");
  }
}

function readStop(stop: unknown): string[] {
  if (stop === undefined || stop === null) return [];
  if (!Array.isArray(stop)) throw invalidType("stop_sequences", "an array");
  for (const [at, text] of stop.entries())
    if (typeof text !== "string") throw invalidType(`stop_sequences.${at}`, "a string");
  return stop as string[];
}

/** An object, or null where it is absent. */
function member(json: Json, name: string): Json | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw invalidType(name, "an object");
  return value;
}

function number(json: Json, name: string): number | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number") throw invalidType(name, "a number");
  return value;
}

function count(json: Json, name: string, path = ""): number | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw invalidType(path + name, "a whole number");
  return value;
}
