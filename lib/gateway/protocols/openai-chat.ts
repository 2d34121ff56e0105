import type { FinishReason } from "../types.ts";
import { readUsagePiece } from "../usage.ts";
import {
  type AnswerEvent,
  isObject,
  type Json,
  parseObject,
  readFault,
  stringOrNull,
  type WholeAnswer,
} from "./answer-format.ts";
import { chatFinish } from "./openai-chat-read-answer.ts";

/**
 * The OpenAI chat completion format as upstreams really send it: strict where a mistake would change an answer,
 * forgiving everywhere else (only the members we use are looked at, and each may be missing or null). The older text
 * completions differ in `choices[].text` only.
 */

/** Reads one `data` value of a stream; `null` = malformed. */
export function readChatEvent(data: string): AnswerEvent | null {
  const json = parseObject(data);
  if (!json) return null;
  const event: AnswerEvent = {
    text: "",
    content: false,
    choices: 0,
    finished: 0,
    ends: false,
    usage: readUsagePiece(json),
    unsaidBytes: 0,
    more: false,
    usageOnly: false,
    error: readFault(json),
  };
  const choices = Array.isArray(json.choices) ? json.choices : [];
  for (const choice of choices) {
    if (!isObject(choice)) continue;
    const delta = isObject(choice.delta) ? choice.delta : isObject(choice.message) ? choice.message : {};
    const text = contentText(delta.content) || stringOrNull(choice.text) || "";
    event.text += text;
    const bit = 1 << Math.min(typeof choice.index === "number" && choice.index > 0 ? choice.index : 0, 30);
    event.choices |= bit;
    if (choice.finish_reason) {
      event.finished |= bit;
      event.finishes = [...(event.finishes ?? []), finishOf(choice.finish_reason, delta)];
    }
    const more = carriesMore(delta);
    if (more) {
      event.unsaidBytes = (event.unsaidBytes ?? 0) + unsaidBytesOf(delta);
      event.more = true;
    }
    if (text || choice.finish_reason || more) event.content = true;
  }
  event.usageOnly = choices.length === 0 && isObject(json.usage);
  return event;
}

/** Reads a whole (non-stream) answer. */
export function readChatAnswer(json: Json): WholeAnswer {
  const answer: WholeAnswer = {
    text: "",
    more: false,
    usable: false,
    usage: readUsagePiece(json),
    error: readFault(json),
  };
  const finishes: FinishReason[] = [];
  for (const choice of Array.isArray(json.choices) ? json.choices : []) {
    if (!isObject(choice)) continue;
    const message = isObject(choice.message) ? choice.message : {};
    const text = contentText(message.content) || stringOrNull(choice.text) || "";
    answer.text += text;
    const more = carriesMore(message);
    if (more) {
      answer.unsaidBytes = (answer.unsaidBytes ?? 0) + unsaidBytesOf(message);
      answer.more = true;
    }
    if (text || more || choice.finish_reason) answer.usable = true;
    if (choice.finish_reason) finishes.push(finishOf(choice.finish_reason, message));
  }
  return { ...answer, finishes };
}

function finishOf(reason: unknown, part: Json): FinishReason {
  return chatFinish(String(reason), Boolean(nonEmptyCalls(part) || part.function_call));
}

function nonEmptyCalls({ tool_calls }: Json): boolean {
  return Array.isArray(tool_calls) && tool_calls.length > 0;
}

/** Tool calls, refusals and reasoning are content too. */
function carriesMore(part: Json): boolean {
  return Boolean(
    nonEmptyCalls(part) || part.function_call || part.refusal || part.reasoning_content || part.reasoning || part.audio,
  );
}

function unsaidBytesOf({ tool_calls, function_call, refusal, reasoning_content, reasoning }: Json): number {
  const calls = [...(Array.isArray(tool_calls) ? tool_calls : []), { function: function_call }];
  const texts = [stringOrNull(refusal), stringOrNull(reasoning_content) ?? stringOrNull(reasoning)];
  for (const call of calls) {
    if (!isObject(call)) continue;
    const { name, arguments: args } = isObject(call.function) ? call.function : {};
    texts.push(stringOrNull(name), stringOrNull(args), stringOrNull(isObject(call.custom) ? call.custom.input : null));
  }
  return texts.reduce((sum, text) => sum + (text ? Buffer.byteLength(text) : 0), 0);
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  let text = "";
  for (const part of content) if (isObject(part) && typeof part.text === "string") text += part.text;
  return text;
}
