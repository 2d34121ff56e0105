import type { SluiceError } from "../../errors.ts";
import type { FinishReason } from "../types.ts";
import { readUsagePiece } from "../usage.ts";
import {
  type AnswerEvent,
  type AnswerFormat,
  type EventReader,
  isObject,
  type Json,
  noFinishes,
  parseObject,
  readFault,
  stringOrNull,
  type UpstreamFault,
  type WholeAnswer,
} from "./answer-format.ts";
import { finishOf } from "./responses-read-answer.ts";

/**
 * OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses-streaming): named events with a
 * `sequence_number`, no `[DONE]`; `response.completed` or `response.incomplete` ends a stream, `response.failed` and
 * `error` say that it went wrong.
 */
export const responsesFormat: AnswerFormat = {
  kind: "json",
  asAsked: true,
  streamEnd: "last_event",
  namesEvents: true,
  pings: true,
  // The first event repeats the request with its instructions and tools.
  heldBytesMost: 4 * 1024 * 1024,
  createEventReader: () => new ResponsesEventReader(),
  readAnswer: (body) => {
    const json = parseObject(body.toString("utf8"));
    return json && readResponse(json);
  },
  convert: null,
};

/** They announce what will come and say nothing yet. */
const announcements = new Set([
  "response.created",
  "response.queued",
  "response.in_progress",
  "response.output_item.added",
  "response.content_part.added",
  "response.reasoning_summary_part.added",
]);

/** They close what was said in pieces. */
const closesText = /^response\.(content_part|output_item|output_text)\./;

class ResponsesEventReader implements EventReader {
  /** The response as last seen, for the event that tells of its end. */
  #response: Json = {};
  #sequence = 0;

  read(data: string, event: string): AnswerEvent | null {
    const json = parseObject(data);
    if (!json) return null;
    const type = stringOrNull(json.type) ?? event;
    if (typeof json.sequence_number === "number") this.#sequence = json.sequence_number;
    const response = isObject(json.response) ? json.response : null;
    if (response) this.#response = response;
    const ends = type === "response.completed" || type === "response.incomplete";
    const delta = type.endsWith(".delta") ? (stringOrNull(json.delta) ?? "") : "";
    const isText = /^response\.(output_text|refusal)\.delta$/.test(type);
    return {
      text: isText ? delta : "",
      // Arguments of tools and reasoning come in pieces too. Sound is no text, whatever its size.
      unsaidBytes: isText || type.includes("audio") ? 0 : Buffer.byteLength(delta),
      more: ends ? showsMore(response?.output) : !isText && !announcements.has(type) && !closesText.test(type),
      content: ends ? response !== null && saysSomething(response) : !announcements.has(type),
      choices: 1,
      finished: ends ? 1 : 0,
      finishes: ends ? finishesOf(response ?? {}) : noFinishes,
      ends,
      usage: response ? readUsagePiece(json) : null,
      usageOnly: false,
      error: faultOf(type, json, response),
    };
  }

  errorText(error: SluiceError): string {
    const { id = "resp_interrupted", object = "response", output = [], ...rest } = this.#response;
    const data = {
      type: "response.failed",
      sequence_number: this.#sequence + 1,
      response: {
        id,
        object,
        ...rest,
        status: "failed",
        error: { code: error.shownCode, message: error.message },
        output,
      },
    };
    return `event: response.failed\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

/** `error` events carry their members at the top, or, as some servers do it, in a member of that name. */
function faultOf(type: string, json: Json, response: Json | null): UpstreamFault | null {
  if (type === "error") return readFault(isObject(json.error) ? json : { error: json });
  if (type !== "response.failed") return readFault(json);
  return (response && readFault(response)) ?? { message: "The response failed.", code: null, type: null, status: null };
}

/** Reads a whole response. One that runs in the background has no output yet. */
function readResponse(json: Json): WholeAnswer {
  return {
    text: textOf(json.output),
    unsaidBytes: unsaidBytesOf(json.output),
    more: hasMore(json.output),
    finishes: finishesOf(json),
    usable: saysSomething(json),
    usage: readUsagePiece(json),
    error: readFault(json),
  };
}

function finishesOf(json: Json): FinishReason[] {
  const hasCalls =
    Array.isArray(json.output) &&
    json.output.some((item) => isObject(item) && (item.type === "function_call" || item.type === "custom_tool_call"));
  const finish = finishOf(json, hasCalls);
  return finish ? [finish.reason] : [];
}

function saysSomething({ output, status }: Json): boolean {
  if (Array.isArray(output) && output.length > 0) return true;
  return status === "queued" || status === "in_progress" || status === "incomplete" || status === "cancelled";
}

function hasMore(output: unknown): boolean {
  return Array.isArray(output) && output.some((item) => isObject(item) && item.type !== "message");
}

/** Some servers say everything in their last event. */
function showsMore(output: unknown): boolean {
  return hasMore(output) || textOf(output).trim() !== "";
}

function unsaidBytesOf(output: unknown): number {
  const texts: (string | null)[] = [];
  for (const item of Array.isArray(output) ? output : []) {
    if (!isObject(item)) continue;
    texts.push(stringOrNull(item.arguments), stringOrNull(item.input));
    for (const part of Array.isArray(item.summary) ? item.summary : [])
      if (isObject(part)) texts.push(stringOrNull(part.text));
  }
  return texts.reduce((sum, text) => sum + (text ? Buffer.byteLength(text) : 0), 0);
}

function textOf(output: unknown): string {
  let text = "";
  for (const item of Array.isArray(output) ? output : []) {
    if (!isObject(item) || !Array.isArray(item.content)) continue;
    for (const part of item.content)
      if (isObject(part)) text += stringOrNull(part.text) ?? stringOrNull(part.refusal) ?? "";
  }
  return text;
}
