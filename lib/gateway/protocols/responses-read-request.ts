import { invalidType } from "../request-problems.ts";
import { isObject, type Json } from "./answer-format.ts";
import type { Conversation, ReasoningWish, Tool, ToolChoice } from "./conversation.ts";
import { emptyConversation, readEffort, readOutputFormat, readVerbosity } from "./openai-members.ts";
import { Members } from "./request-members.ts";
import { ItemReader } from "./responses-read-items.ts";

/** What asks for nothing a conversion does not do anyway. */
const usualIncludes: ReadonlySet<unknown> = new Set(["reasoning.encrypted_content", "message.output_text.logprobs"]);

/**
 * Reads a request for a response (https://platform.openai.com/docs/api-reference/responses/create). What builds on
 * stored state stands in `own`. Throws the 400s.
 */
export function readResponsesConversation(json: Json): Conversation {
  const body = new Members(json);
  const items = new ItemReader();
  const instructions = body.text("instructions");
  if (instructions) items.system.push({ kind: "text", text: instructions });
  readInput(body, items);
  const text = body.members("text");
  const format = text.members("format");
  const output = readOutputFormat(format.text("type"), format);
  const { toolChoice, allowed } = readToolChoice(body);
  const { tools, hostedTools } = readTools(body, items.own);
  const include = body.list("include");
  const wish = body.members("reasoning");
  const conversation: Conversation = {
    ...emptyConversation(),
    system: items.system,
    turns: items.turns,
    tools: allowed ? tools.filter(({ name }) => allowed.has(name)) : tools,
    hostedTools,
    toolChoice,
    parallelToolCalls: body.flag("parallel_tool_calls"),
    output,
    maxOutputTokens: body.number("max_output_tokens"),
    temperature: body.number("temperature"),
    topP: body.number("top_p"),
    topLogprobs: body.number("top_logprobs") || (include.includes("message.output_text.logprobs") ? 0 : null),
    reasoning: readReasoning(wish),
    verbosity: readVerbosity(text.value("verbosity")),
    user: body.text("user") ?? body.text("safety_identifier"),
    promptCacheKey: body.text("prompt_cache_key"),
    serviceTier: body.text("service_tier"),
    metadata: body.object("metadata"),
    stream: body.flag("stream") ?? false,
  };
  body.ignore("model", "stream_options", "safety_identifier");
  if (json.truncation === "disabled") body.ignore("truncation");
  const others = include.filter((one) => !usualIncludes.has(one));
  return {
    ...conversation,
    own: {
      ...items.own,
      ...body.rest(),
      ...restOf("text", text),
      ...restOf("reasoning", wish),
      ...(others.length > 0 ? { include: others } : {}),
      ...(items.unknown.size > 0 ? { unknown_parts: [...items.unknown] } : {}),
      ...(output === null && format.text("type") !== null ? { response_format: format.json } : {}),
      ...(toolChoice === null && body.value("tool_choice") !== null ? { tool_choice: body.value("tool_choice") } : {}),
    },
  };
}

function readInput(body: Members, items: ItemReader): void {
  const input = body.value("input");
  if (typeof input === "string") items.turns.push({ role: "user", parts: [{ kind: "text", text: input }] });
  else if (input !== null) {
    if (!Array.isArray(input)) throw invalidType("input", "a string or an array");
    for (const item of body.each("input")) items.add(item);
    items.end();
  }
}

/** Members of a member that nobody read, and words in it that we do not know. */
function restOf(name: string, members: Members): Json {
  const rest = Object.entries(members.rest());
  const { effort, verbosity } = members.json;
  if (name === "reasoning" && effort && !readEffort(effort)) rest.push(["effort", effort]);
  if (name === "text" && verbosity && !readVerbosity(verbosity)) rest.push(["verbosity", verbosity]);
  return Object.fromEntries(rest.map(([member, value]) => [`${name}.${member}`, value]));
}

function readReasoning(wish: Members): ReasoningWish | null {
  const effort = readEffort(wish.value("effort"));
  const shown = wish.text("summary") === null && wish.text("generate_summary") === null ? null : true;
  return effort || shown ? { effort, budgetTokens: null, shown } : null;
}

function readTools(body: Members, own: Json): Pick<Conversation, "tools" | "hostedTools"> {
  const tools: Tool[] = [];
  const hostedTools: Json[] = [];
  for (const tool of body.each("tools")) {
    const type = tool.required("type");
    if (type !== "function" && type !== "custom") {
      hostedTools.push(tool.json);
      continue;
    }
    const isCustom = type === "custom";
    tools.push({
      name: tool.required("name"),
      description: tool.text("description"),
      parameters: isCustom ? null : tool.object("parameters"),
      strict: isCustom ? null : tool.flag("strict"),
      custom: isCustom ? { format: tool.object("format") } : null,
    });
    tool.keepRest("tools", own);
  }
  return { tools, hostedTools };
}

/** `allowed`: only these tools may be called, which is what a shorter list of tools says. */
function readToolChoice(body: Members): { toolChoice: ToolChoice | null; allowed: Set<string> | null } {
  const value = body.value("tool_choice");
  if (value === null) return { toolChoice: null, allowed: null };
  if (value === "auto" || value === "none" || value === "required")
    return { toolChoice: { kind: value }, allowed: null };
  const choice = Members.of(value, "tool_choice");
  const type = choice.text("type");
  if (type === "function" || type === "custom")
    return { toolChoice: { kind: "tool", name: choice.required("name") }, allowed: null };
  if (type !== "allowed_tools") return { toolChoice: null, allowed: null };
  const names = choice.list("tools").map((tool) => (isObject(tool) ? String(tool.name ?? "") : ""));
  const kind = choice.text("mode") === "required" ? "required" : "auto";
  return { toolChoice: { kind }, allowed: new Set(names) };
}
