import { readUsagePiece } from "../usage.ts";
import {
  type AnswerEvent,
  type AnswerFormat,
  heldBytesUsually,
  isObject,
  type Json,
  noFinishes,
  parseObject,
  stringOrNull,
  type WholeAnswer,
} from "./answer-format.ts";
import { finishOf } from "./anthropic-answer-read.ts";
import { messagesErrorEvent, readMessagesFault } from "./anthropic-errors.ts";
import { MessageAggregator, messageToEvents } from "./anthropic-messages-convert.ts";

/**
 * Anthropic's Messages (https://platform.claude.com/docs/en/build-with-claude/streaming): named events, no `[DONE]`;
 * `message_stop` ends a stream. What begins a message or a block of text, and pings, announce only; events of kinds we
 * do not know may come any day and are passed on like those.
 */
export const messagesFormat: AnswerFormat = {
  kind: "json",
  asAsked: true,
  streamEnd: "last_event",
  lastEvent: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  namesEvents: true,
  pings: true,
  heldBytesMost: heldBytesUsually,
  createEventReader: () => ({ read: readMessagesEvent, errorText: messagesErrorEvent }),
  readFault: readMessagesFault,
  readAnswer: (body) => {
    const json = parseObject(body.toString("utf8"));
    return json && readMessage(json);
  },
  convert: {
    createAggregator: () => new MessageAggregator(),
    toEvents: (body) => messageToEvents(JSON.parse(body.toString("utf8")) as Json),
  },
};

/** What a block or a delta says: its text, and the bytes that are no text. */
type Said = { text: string; unsaidBytes: number };

/** Reads one event; `null` = malformed. */
export function readMessagesEvent(data: string, event = ""): AnswerEvent | null {
  const json = parseObject(data);
  if (!json) return null;
  const type = stringOrNull(json.type) ?? event;
  const finish = type === "message_delta" && isObject(json.delta) ? finishOf(json.delta) : null;
  const said = saidIn(type, json);
  return {
    text: said?.text ?? "",
    unsaidBytes: said?.unsaidBytes ?? 0,
    more: said !== null && said.text === "",
    content: said !== null || finish !== null,
    choices: type === "ping" ? 0 : 1,
    finished: finish ? 1 : 0,
    finishes: finish ? [finish.reason] : noFinishes,
    ends: type === "message_stop",
    usage: readUsagePiece(json),
    usageOnly: false,
    error: type === "error" || isObject(json.error) ? faultOf(json) : null,
  };
}

function faultOf(json: Json) {
  return (
    readMessagesFault(json) ?? { message: "The upstream reported an error.", code: null, type: null, status: null }
  );
}

/** Null = nothing that a client waits for. */
function saidIn(type: string, json: Json): Said | null {
  if (type === "content_block_start" && isObject(json.content_block)) {
    const said = saidOf(json.content_block);
    return said.text || said.unsaidBytes || !isQuiet(json.content_block) ? said : null;
  }
  if (type !== "content_block_delta" || !isObject(json.delta)) return null;
  const { delta } = json;
  if (delta.type === "signature_delta" || delta.type === "citations_delta") return null;
  const text = stringOrNull(delta.text) ?? "";
  const unsaid = stringOrNull(delta.thinking) ?? stringOrNull(delta.partial_json) ?? "";
  return text || unsaid ? { text, unsaidBytes: Buffer.byteLength(unsaid) } : null;
}

/** Blocks that begin empty, or that nobody can read. */
function isQuiet({ type }: Json): boolean {
  return type === "text" || type === "thinking" || type === "redacted_thinking";
}

/** A message (`type` message) says something if a block does, or if it says why there is none. */
function readMessage(json: Json): WholeAnswer {
  const answer: WholeAnswer = { text: "", more: false, usable: false, usage: null, error: null };
  answer.usage = readUsagePiece(json);
  answer.error = json.type === "error" || json.error ? faultOf(json) : null;
  let unsaidBytes = 0;
  for (const block of Array.isArray(json.content) ? json.content : []) {
    if (!isObject(block)) continue;
    const said = saidOf(block);
    answer.text += said.text;
    unsaidBytes += said.unsaidBytes;
    if (said.text || said.unsaidBytes) answer.usable = true;
    if (block.type !== "text") answer.more = true;
  }
  answer.unsaidBytes = unsaidBytes;
  const finish = finishOf(json);
  if (finish) answer.usable = true;
  return { ...answer, finishes: finish ? [finish.reason] : [] };
}

/** A whole block. What a provider's own tools found was not written by the model. */
function saidOf(block: Json): Said {
  const { type } = block;
  if (type === "text") return { text: stringOrNull(block.text) ?? "", unsaidBytes: 0 };
  if (type === "thinking") return { text: "", unsaidBytes: Buffer.byteLength(stringOrNull(block.thinking) ?? "") };
  if (type !== "tool_use" && type !== "server_tool_use") return { text: "", unsaidBytes: 0 };
  const input = isObject(block.input) && Object.keys(block.input).length > 0 ? JSON.stringify(block.input) : "";
  return { text: "", unsaidBytes: Buffer.byteLength((stringOrNull(block.name) ?? "") + input) };
}
