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
    if (choice.finish_reason) event.finished |= bit;
    if (text || choice.finish_reason || carriesMore(delta)) event.content = true;
  }
  event.usageOnly = choices.length === 0 && isObject(json.usage);
  return event;
}

/** Reads a whole (non-stream) answer. */
export function readChatAnswer(json: Json): WholeAnswer {
  const answer: WholeAnswer = { text: "", usable: false, usage: readUsagePiece(json), error: readFault(json) };
  for (const choice of Array.isArray(json.choices) ? json.choices : []) {
    if (!isObject(choice)) continue;
    const message = isObject(choice.message) ? choice.message : {};
    const text = contentText(message.content) || stringOrNull(choice.text) || "";
    answer.text += text;
    if (text || carriesMore(message) || choice.finish_reason) answer.usable = true;
  }
  return answer;
}

/** Tool calls, refusals and reasoning are content too. */
function carriesMore(part: Json): boolean {
  return Boolean(
    (Array.isArray(part.tool_calls) && part.tool_calls.length > 0) ||
      part.function_call ||
      part.refusal ||
      part.reasoning_content ||
      part.reasoning ||
      part.audio,
  );
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  let text = "";
  for (const part of content) if (isObject(part) && typeof part.text === "string") text += part.text;
  return text;
}
