import type { Json } from "./answer-format.ts";
import { writeThoughtSignature, writeToolCall } from "./chat-tool-calls.ts";
import type {
  AudioPart,
  Conversation,
  DocumentPart,
  ImagePart,
  Part,
  ReasoningPart,
  SealedReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from "./conversation.ts";
import { argumentsAsJson } from "./custom-tools.ts";
import { documentText, errorNote, isOpenaiModel, systemText, writeSource } from "./openai-members.ts";
import { writeDetail } from "./reasoning-details.ts";
import { compact } from "./request-members.ts";

type Shown = TextPart | ImagePart | DocumentPart | AudioPart;

/**
 * The messages of a chat. Instructions at the start are one message, as templates of open models take no more. Thoughts
 * go back only within the current exchange of tool calls, where DeepSeek, Kimi and OpenRouter want to see them; before
 * it other servers refuse or ignore them, and OpenAI's own refuses them everywhere.
 */
export function writeMessages({ system, turns: given }: Conversation, model: string): Json[] {
  const turns = isOpenaiModel(model) ? given.map(withoutThoughts) : given;
  const messages: Json[] = [];
  const instructions = systemText(system);
  if (instructions !== null) messages.push({ role: "system", content: instructions });
  const current = turns.findLastIndex(isQuestion);
  for (const [index, turn] of turns.entries()) messages.push(...writeTurn(turn, index > current));
  return messages;
}

function withoutThoughts({ role, parts }: Turn): Turn {
  const rest = parts.filter((part) => !isThought(part));
  return { role, parts: rest.map((part) => (part.kind === "tool_call" ? { ...part, signature: null } : part)) };
}

/** A turn of the user that says something of its own; tool results alone go on with the exchange before. */
function isQuestion({ role, parts }: Turn): boolean {
  return role === "user" && parts.some(({ kind }) => kind !== "tool_result");
}

function writeTurn({ role, parts }: Turn, isCurrent: boolean): Json[] {
  if (role === "system") return [{ role, content: contentOf(parts.filter(isShown), "\n\n") }];
  if (role === "assistant") return writeAssistant(parts, isCurrent);
  const messages: Json[] = [];
  const shown: Shown[] = [];
  for (const part of parts) {
    if (part.kind === "tool_result") messages.push(writeResult(part, shown));
    else if (isShown(part)) shown.push(part);
  }
  if (shown.length > 0) messages.push({ role, content: contentOf(shown, "\n\n") });
  return messages;
}

function isShown(part: Part): part is Shown {
  return part.kind === "text" || part.kind === "image" || part.kind === "document" || part.kind === "audio";
}

/** A message of a tool holds text only: pictures and files of its result follow in a message of the user. */
function writeResult(result: ToolResultPart, after: Shown[]): Json {
  const texts: string[] = [];
  const others: Shown[] = [];
  for (const part of result.content) {
    const text = asText(part);
    if (text === null) others.push(part);
    else texts.push(text);
  }
  if (others.length > 0) {
    const what = others.length === 1 ? "1 file" : `${others.length} files`;
    texts.push(`(${what} of this result: see the next message.)`);
    after.push({ kind: "text", text: `Files of the tool result ${result.callId}:` }, ...others);
  }
  return { role: "tool", tool_call_id: result.callId, content: errorNote(result) + texts.join("\n\n") };
}

function writeAssistant(parts: Part[], isCurrent: boolean): Json[] {
  const of = <K extends Part["kind"]>(kind: K) =>
    parts.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);
  const text = of("text").map((part) => part.text);
  const refusal = of("refusal").map((part) => part.text);
  const calls = of("tool_call");
  const thoughts = isCurrent ? parts.filter(isThought) : [];
  const pictures = parts.filter((part) => part.kind === "image" || part.kind === "document" || part.kind === "audio");
  const messages: Json[] = [];
  const message = compact({
    role: "assistant",
    content: text.length > 0 ? text.join("") : null,
    refusal: refusal.length > 0 ? refusal.join("") : null,
    tool_calls: calls.length > 0 ? calls.map(writeCall) : null,
    ...writeThoughts(thoughts),
  });
  if (text.length + refusal.length + calls.length > 0) messages.push({ content: null, ...message });
  if (pictures.length > 0)
    messages.push({
      role: "user",
      content: contentOf([{ kind: "text", text: "Files of the answer above:" }, ...pictures], ""),
    });
  return messages;
}

function isThought(part: Part): part is ReasoningPart | SealedReasoningPart {
  return part.kind === "reasoning" || part.kind === "sealed_reasoning";
}

/** With a proof as `reasoning_details`, which only a server that gave them has to understand; else plain. */
function writeThoughts(thoughts: (ReasoningPart | SealedReasoningPart)[]): Json {
  if (thoughts.length === 0) return {};
  if (thoughts.some(({ signature }) => signature)) return { reasoning_details: thoughts.map(writeDetail) };
  return { reasoning_content: thoughts.map((part) => (part.kind === "reasoning" ? part.text : "")).join("") };
}

/** Only Google looks for a proof at a call, and only for its own. */
function writeCall(call: ToolCallPart): Json {
  const { signature } = call;
  return {
    ...writeToolCall({ ...call, isCustom: false, arguments: argumentsAsJson(call) }),
    ...writeThoughtSignature(signature?.origin === "gemini" ? signature : null),
  };
}

function asText(part: Shown): string | null {
  if (part.kind === "text") return part.text;
  return part.kind === "document" ? documentText(part) : null;
}

/** A plain text where there is nothing else: not every server takes lists. */
function contentOf(parts: Shown[], between: string): string | Json[] {
  const texts: string[] = [];
  for (const part of parts) {
    const text = asText(part);
    if (text === null) return parts.map(writePart);
    texts.push(text);
  }
  return texts.join(between);
}

function writePart(part: Shown): Json {
  switch (part.kind) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return { type: "image_url", image_url: compact({ url: writeSource(part.source), detail: part.detail }) };
    case "audio":
      return { type: "input_audio", input_audio: { data: part.data, format: part.format } };
    case "document": {
      const { source, name } = part;
      const text = documentText(part);
      if (text !== null || source.kind === "text") return { type: "text", text };
      return { type: "file", file: { filename: name ?? "document.pdf", file_data: writeSource(source) } };
    }
  }
}
