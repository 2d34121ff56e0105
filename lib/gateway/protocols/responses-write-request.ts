import type { Json } from "./answer-format.ts";
import type {
  Conversation,
  DocumentPart,
  ImagePart,
  OutputFormat,
  Part,
  TextPart,
  Tool,
  Turn,
} from "./conversation.ts";
import {
  documentText,
  effortOf,
  errorNote,
  isOpenaiThinker,
  mayThink,
  systemText,
  writeFunction,
  writeServiceTier,
  writeSource,
  writeUser,
} from "./openai-members.ts";
import { compact } from "./request-members.ts";
import { reasoningInput } from "./responses-reasoning.ts";
import type { RequestTarget } from "./wire.ts";

/** Tokens. Less is refused, and clients do ask for one token, to see whether somebody answers. */
const leastOutput = 16;

/**
 * Writes a request for a response. Nothing is stored: what the next request builds on travels with the client, so
 * models that think are asked for their thoughts encrypted (others refuse that).
 */
export function writeResponsesConversation(conversation: Conversation, { model, stream }: RequestTarget): Json {
  const c = conversation;
  const reasoning = mayThink(model) ? c.reasoning : null;
  const effort = effortOf(reasoning);
  const summary = reasoning?.shown ? "auto" : null;
  const thinks = isOpenaiThinker(model) || effort !== null;
  const format = writeFormat(c.output);
  return compact({
    model,
    instructions: systemText(c.system),
    input: c.turns.flatMap(writeTurn).filter(({ type }) => type !== "reasoning" || mayThink(model)),
    stream,
    store: false,
    include: thinks ? ["reasoning.encrypted_content"] : null,
    ...writeTools(c),
    text: format || c.verbosity ? compact({ format, verbosity: c.verbosity }) : null,
    reasoning: effort || summary ? compact({ effort, summary }) : null,
    max_output_tokens: c.maxOutputTokens === null ? null : Math.max(c.maxOutputTokens, leastOutput),
    temperature: c.temperature,
    top_p: c.topP,
    user: writeUser(c.user),
    prompt_cache_key: c.promptCacheKey,
    service_tier: writeServiceTier(c.serviceTier),
    metadata: c.metadata,
  });
}

function writeTools({ tools, toolChoice, parallelToolCalls }: Conversation): Json {
  if (tools.length === 0) return {};
  const named = toolChoice?.kind === "tool" ? tools.find(({ name }) => name === toolChoice.name) : undefined;
  return {
    tools: tools.map(writeTool),
    tool_choice:
      toolChoice?.kind === "tool"
        ? { type: named?.custom ? "custom" : "function", name: toolChoice.name }
        : toolChoice?.kind,
    parallel_tool_calls: parallelToolCalls,
  };
}

/** Absent, `strict` would be true here, and schemas that were never meant to be strict be refused. */
function writeTool(tool: Tool): Json {
  if (!tool.custom) return { type: "function", ...writeFunction(tool), strict: tool.strict ?? false };
  const { name, description, custom } = tool;
  return compact({ type: "custom", name, description, format: flatGrammar(custom.format) });
}

/** A grammar as chat words it, `{grammar: {definition, syntax}}`, is flat here. */
function flatGrammar(format: Json | null): Json | null {
  const grammar = format?.grammar;
  return typeof grammar === "object" && grammar !== null ? { type: "grammar", ...grammar } : format;
}

function writeFormat(output: OutputFormat | null): Json | null {
  if (output === null || output.kind === "text") return null;
  if (output.kind === "json") return { type: "json_object" };
  const { name, schema, description, strict } = output;
  return compact({ type: "json_schema", name, schema, description, strict: strict ?? false });
}

/** A turn as items: what is said on end is one message. */
function writeTurn({ role, parts }: Turn): Json[] {
  const items: Json[] = [];
  let content: Json[] = [];
  const flush = () => {
    if (content.length > 0) items.push({ type: "message", role, content });
    content = [];
  };
  for (const part of parts) {
    const said = role === "assistant" ? writeSaid(part) : writeShown(part);
    if (said) {
      content.push(said);
      continue;
    }
    flush();
    const item = writeItem(part, role);
    if (item) items.push(item);
  }
  flush();
  return items;
}

/** What a user or an instruction shows. Null = an item of its own. */
function writeShown(part: Part): Json | null {
  if (part.kind === "text" || part.kind === "image" || part.kind === "document") return writeContent(part);
  return null;
}

function writeContent(part: TextPart | ImagePart | DocumentPart): Json {
  if (part.kind === "text") return { type: "input_text", text: part.text };
  if (part.kind === "image")
    return { type: "input_image", image_url: writeSource(part.source), detail: part.detail ?? "auto" };
  const { source, name } = part;
  const text = documentText(part);
  if (text !== null || source.kind === "text") return { type: "input_text", text };
  if (source.kind === "url") return compact({ type: "input_file", filename: name, file_url: source.url });
  return { type: "input_file", filename: name ?? "document.pdf", file_data: writeSource(source) };
}

function writeSaid(part: Part): Json | null {
  if (part.kind === "text") return { type: "output_text", text: part.text, annotations: [] };
  return part.kind === "refusal" ? { type: "refusal", refusal: part.text } : null;
}

function writeItem(part: Part, role: Turn["role"]): Json | null {
  switch (part.kind) {
    case "reasoning":
    case "sealed_reasoning":
      return reasoningInput(part);
    case "tool_call":
      return part.isCustom
        ? { type: "custom_tool_call", call_id: part.id, name: part.name, input: part.arguments }
        : { type: "function_call", call_id: part.id, name: part.name, arguments: part.arguments };
    case "tool_result": {
      const type = part.isCustom ? "custom_tool_call_output" : "function_call_output";
      const note = errorNote(part);
      const texts = part.content.filter((inner) => inner.kind === "text");
      const output =
        texts.length === part.content.length
          ? note + texts.map(({ text }) => text).join("\n\n")
          : [...(note ? [{ type: "input_text", text: note }] : []), ...part.content.map(writeContent)];
      return { type, call_id: part.callId, output };
    }
    // Pictures and files of an answer can be shown by a user only.
    case "image":
    case "document":
      return role === "assistant" ? { type: "message", role: "user", content: [writeContent(part)] } : null;
    default:
      return null;
  }
}
