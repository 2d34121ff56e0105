import {
  type AnswerFormat,
  faultIn,
  isObject,
  type Json,
  parseObject,
  type UpstreamFault,
} from "./protocols/answer-format.ts";
import { messagesFormat } from "./protocols/anthropic-messages.ts";
import { chatFormat } from "./protocols/choices-format.ts";
import type { WireName } from "./protocols/conversation.ts";
import { geminiFormat } from "./protocols/gemini.ts";
import { responsesFormat } from "./protocols/openai-responses.ts";
import { createSseReader, sliceBytes } from "./sse.ts";
import type { FinishReason } from "./types.ts";

/** What an answer says that somebody pasted, read as the gateway reads it when it comes from a provider. */
export type PastedAnswer = {
  form: "text" | WireName;
  stream: boolean;
  text: string;
  /** The text is that of an error. */
  isError: boolean;
  /** It carries something besides text; null = nobody can tell. */
  more: boolean | null;
  /** Why it finished; null = it is not what a model wrote, but an error. */
  finishes: readonly FinishReason[] | null;
};

type JsonFormat = Extract<AnswerFormat, { kind: "json" }>;

const formats: Readonly<Record<WireName, JsonFormat>> = {
  "openai-chat": chatFormat as JsonFormat,
  "openai-responses": responsesFormat as JsonFormat,
  "anthropic-messages": messagesFormat as JsonFormat,
  gemini: geminiFormat as JsonFormat,
};

/** A body as a provider sends it: events, an answer or an error in any of the four formats, or just text. */
export function readPastedAnswer(body: string): PastedAnswer {
  return (looksLikeEvents(body) && readEvents(body)) || readWhole(body) || plainAnswer(body);
}

/** A text of which nothing else is known. */
export const plainAnswer = (text: string): PastedAnswer => ({
  ...{ form: "text", stream: false, text, isError: false, more: null, finishes: [] },
});

const looksLikeEvents = (body: string) => /^\uFEFF?\s*(data|event|id|retry)?:/.test(body);

function readWhole(body: string): PastedAnswer | null {
  const trimmed = body.trim();
  const json = parseObject(trimmed);
  // Google puts its errors into a list.
  const form = json ? formOf(json) : trimmed.startsWith("[") ? "gemini" : null;
  if (form === null) {
    const fault = json && faultIn(trimmed, chatFormat);
    return fault ? errorAnswer("openai-chat", false, fault) : null;
  }
  const answer = formats[form].readAnswer(Buffer.from(trimmed));
  const fault = answer?.error ?? faultIn(trimmed, formats[form]);
  if (fault) return errorAnswer(form, false, fault);
  if (!answer || !json) return null;
  const { text, more = null, finishes = null } = answer;
  return { form, stream: false, text, isError: false, more, finishes };
}

function errorAnswer(form: WireName, stream: boolean, { message }: UpstreamFault): PastedAnswer {
  return { form, stream, text: message, isError: true, more: null, finishes: null };
}

function readEvents(body: string): PastedAnswer | null {
  const events: { event: string; data: string }[] = [];
  const reader = createSseReader({ onEvent: (event) => events.push(event), onTooLarge: () => {} });
  const bytes = Buffer.from(body.trimStart());
  for (let start = 0; start < bytes.length; start += sliceBytes) reader.push(bytes.subarray(start, start + sliceBytes));
  const { unfinished } = reader.end();
  if (unfinished) events.push(unfinished);
  const first = events.map(({ data, event }) => formOfEvent(parseObject(data), event)).find((form) => form !== null);
  if (!first) return null;
  const read = formats[first].createEventReader();
  const answer: PastedAnswer = { ...plainAnswer(""), form: first, stream: true };
  for (const { data, event } of events) {
    const seen = data.trim() === "[DONE]" ? null : read.read(data, event);
    if (!seen) continue;
    if (seen.error) return errorAnswer(first, true, seen.error);
    answer.text += seen.text;
    if (seen.finishes) answer.finishes = [...(answer.finishes ?? []), ...seen.finishes];
    if (seen.more !== undefined) answer.more = (answer.more ?? false) || seen.more;
  }
  return answer;
}

function formOfEvent(json: Json | null, event: string): WireName | null {
  if (!json) return null;
  const type = typeof json.type === "string" ? json.type : event;
  if (type.startsWith("response.")) return "openai-responses";
  if (/^(message|content_block)_/.test(type)) return "anthropic-messages";
  if (type === "error" && isObject(json.error)) return "anthropic-messages";
  if (Array.isArray(json.candidates)) return "gemini";
  return Array.isArray(json.choices) || json.error ? "openai-chat" : null;
}

/** Null = none of the four. */
function formOf(json: Json): WireName | null {
  if (Array.isArray(json.choices)) return "openai-chat";
  if (Array.isArray(json.candidates) || isObject(json.promptFeedback)) return "gemini";
  if (json.object === "response" || Array.isArray(json.output)) return "openai-responses";
  if (json.type === "message" || json.type === "error") return "anthropic-messages";
  return null;
}
