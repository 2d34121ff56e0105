import { createHash } from "node:crypto";
import type { Json } from "./answer-format.ts";
import type {
  AnswerUsage,
  CacheMark,
  Conversation,
  DocumentPart,
  ImagePart,
  MediaSource,
  OutputFormat,
  ReasoningEffort,
  Tool,
  ToolResultPart,
} from "./conversation.ts";
import { type Members, oneOf } from "./request-members.ts";

/** What OpenAI's two formats of conversations have in common. */

const efforts: readonly ReasoningEffort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const serviceTiers = ["auto", "default", "flex", "scale", "priority", "fast"] as const;

export function readEffort(value: unknown): ReasoningEffort | null {
  return oneOf(value, efforts);
}

export function readVerbosity(value: unknown): Conversation["verbosity"] {
  return oneOf(value, ["low", "medium", "high"]);
}

/** Another family's tier means nothing here. */
export function writeServiceTier(tier: string | null): string | null {
  return oneOf(tier, serviceTiers);
}

/**
 * How much to think, in OpenAI's words. A budget becomes an effort: 0 none, up to 2,048 tokens low, up to 8,192 medium,
 * above high; -1, as much as the model likes, says nothing.
 */
export function effortOf(reasoning: Conversation["reasoning"]): ReasoningEffort | null {
  if (!reasoning || reasoning.effort) return reasoning?.effort ?? null;
  const budget = reasoning.budgetTokens;
  if (budget === null || budget < 0) return null;
  if (budget === 0) return "none";
  return budget <= 2048 ? "low" : budget <= 8192 ? "medium" : "high";
}

/** OpenAI's models that think: only they take `max_completion_tokens` alone and give encrypted thoughts. */
export function isOpenaiThinker(model: string): boolean {
  return /^(?:.*\/)?(?:o\d|gpt-(?:[5-9]|\d\d))/.test(model) && !/-chat\b/.test(model);
}

/**
 * OpenAI's own models as OpenAI and Azure name them; others put the vendor in front. Their chats show no thoughts and
 * refuse messages that hold any.
 */
export function isOpenaiModel(model: string): boolean {
  return /^(?:chatgpt-|gpt-(?!oss)|o\d\b)/.test(model);
}

/** OpenAI's models that do not think refuse to be asked how much, and to be shown thoughts. Of others nobody knows. */
export function mayThink(model: string): boolean {
  return !isOpenaiModel(model) || isOpenaiThinker(model);
}

/** OpenAI takes 64 characters. A longer name is told by its SHA-256, which stays as unique and says no more. */
export function writeUser(user: string | null): string | null {
  return user !== null && user.length > 64 ? createHash("sha256").update(user).digest("hex") : user;
}

/** Several instructions as one text, as every template of a chat takes it. */
export function systemText(system: Conversation["system"]): string | null {
  return system.length > 0 ? system.map(({ text }) => text).join("\n\n") : null;
}

/** Of a part: OpenAI's own mark, or `cache_control`, which gateways took over from Anthropic. */
export function readCacheMark(part: Members): { cache?: CacheMark } {
  const control = part.value("cache_control") as Json | null;
  const mark = part.value("prompt_cache_breakpoint");
  if (control?.type === "ephemeral") return { cache: { ttl: oneOf(control.ttl, ["5m", "1h"]) } };
  return mark ? { cache: { ttl: null } } : {};
}

const dataUrl = /^data:([^;,]*)(?:;[^,]*)?;base64,/i;

/** A picture or file by its URL, which may be its data. `mediaType` is for data that does not say its own. */
export function readSource(url: string, mediaType: string): MediaSource {
  const found = dataUrl.exec(url.slice(0, 256));
  if (!found) return { kind: "url", url, mediaType: null };
  return { kind: "base64", mediaType: found[1] || mediaType, data: url.slice(found[0].length) };
}

/** As a URL; null = a file of a provider. */
export function writeSource(source: MediaSource): string | null {
  if (source.kind === "file") return null;
  return source.kind === "url" ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

/** A document that is text, where files are PDFs: its name and what it says. Null = it is no text. */
export function documentText({ name, source }: DocumentPart): string | null {
  const isText = source.kind === "base64" && /^(?:text\/|application\/json\b)/.test(source.mediaType);
  const text = source.kind === "text" ? source.text : isText ? Buffer.from(source.data, "base64").toString() : null;
  return name && text !== null ? `${name}:\n${text}` : text;
}

/** `original`, more than high, is high to everyone else. */
export function readDetail(value: unknown): Pick<ImagePart, "detail"> {
  if (value === "original") return { detail: "high" };
  const detail = oneOf(value, ["auto", "low", "high"]);
  return detail ? { detail } : {};
}

/** `json` names its format as Responses does; chat has the members of a schema in an object of their own. */
export function readOutputFormat(type: string | null, schema: Members): OutputFormat | null {
  if (type === "text") return { kind: "text" };
  if (type === "json_object") return { kind: "json" };
  if (type !== "json_schema") return null;
  return {
    kind: "schema",
    name: schema.text("name") ?? "answer",
    schema: schema.object("schema") ?? {},
    description: schema.text("description"),
    strict: schema.flag("strict"),
  };
}

/** What a tool that takes nothing takes. */
const nothing: Json = { type: "object", properties: {} };

/** A function tool's members; free-form tools are written by their own formats. */
export function writeFunction(tool: Tool): Json {
  return {
    name: tool.name,
    ...(tool.description === null ? {} : { description: tool.description }),
    parameters: tool.parameters ?? nothing,
  };
}

/** How a failed tool call is told where there is no member for it. */
export function errorNote({ isError }: ToolResultPart): string {
  return isError ? "The tool failed: " : "";
}

/** Usage with OpenAI's names; `input` and `output` are the words before `_tokens`. */
export function writeUsage(usage: AnswerUsage, input: string, output: string): Json {
  return {
    [`${input}_tokens`]: usage.input,
    [`${output}_tokens`]: usage.output,
    total_tokens: usage.input + usage.output,
    [`${input}_tokens_details`]: {
      cached_tokens: usage.cached,
      ...(usage.cacheWrite > 0 || input === "input" ? { cache_write_tokens: usage.cacheWrite } : {}),
    },
    [`${output}_tokens_details`]: { reasoning_tokens: usage.reasoning },
  };
}

/** A conversation that asks for nothing yet. */
export function emptyConversation(): Conversation {
  return {
    system: [],
    turns: [],
    tools: [],
    hostedTools: [],
    toolChoice: null,
    parallelToolCalls: null,
    output: null,
    maxOutputTokens: null,
    temperature: null,
    topP: null,
    topK: null,
    stop: [],
    seed: null,
    presencePenalty: null,
    frequencyPenalty: null,
    topLogprobs: null,
    choices: 1,
    reasoning: null,
    verbosity: null,
    user: null,
    promptCacheKey: null,
    serviceTier: null,
    metadata: null,
    stream: false,
    own: {},
  };
}
