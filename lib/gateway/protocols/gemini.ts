import { googleError } from "../error-shapes.ts";
import type { FinishReason } from "../types.ts";
import { readUsagePiece } from "../usage.ts";
import {
  type AnswerEvent,
  type AnswerFormat,
  type EventReader,
  heldBytesUsually,
  isObject,
  type Json,
  noFinishes,
  parseObject,
  stringOrNull,
  type UpstreamFault,
  type WholeAnswer,
} from "./answer-format.ts";
import { GeminiAggregator } from "./gemini-aggregator.ts";
import { readGeminiFault } from "./gemini-faults.ts";
import { finishFromGemini, isFailedFinish, partsOf } from "./gemini-names.ts";

/**
 * Google's `generateContent` and `streamGenerateContent?alt=sse`: unnamed events, each a whole GenerateContentResponse
 * with the next parts, counts of tokens in every one. Nothing marks the end: a stream is complete when each candidate
 * has its `finishReason` and the body ends, so one that is cut before shows itself. The last event may come after the
 * one with the reason (citations, counts), therefore no event `ends`.
 */
export const geminiFormat: AnswerFormat = {
  kind: "json",
  asAsked: true,
  streamEnd: "last_event",
  namesEvents: false,
  pings: true,
  heldBytesMost: heldBytesUsually,
  createEventReader: () => new GeminiEventReader(),
  readAnswer: (body) => {
    const text = body.toString("utf8");
    const json = parseObject(text);
    if (json) return readGeminiAnswer(json);
    const error = faultOfList(text);
    return error && { text: "", usable: false, usage: null, error };
  },
  readFault: readGeminiFault,
  convert: {
    createAggregator: () => new GeminiAggregator(),
    // A stream of one event is a stream; nothing of the answer has to be touched.
    toEvents: (body) => [JSON.stringify(JSON.parse(body.toString("utf8")))],
  },
};

/** Errors of a stream without `alt=sse` come as `[{"error": …}]`. */
function faultOfList(text: string): UpstreamFault | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? readGeminiFault(value) : null;
  } catch {
    return null;
  }
}

class GeminiEventReader implements EventReader {
  /** Something came that a reader of the answer would see. */
  #said = false;

  read(data: string): AnswerEvent | null {
    const json = parseObject(data);
    if (!json) return null;
    const { text, unsaidBytes, choices, finished, finishes, said, hasFinish } = readCandidates(json);
    this.#said ||= said;
    return {
      text,
      unsaidBytes,
      more: said && text === "",
      content: said || hasFinish,
      choices,
      finished,
      finishes,
      ends: false,
      usage: readUsagePiece(json),
      usageOnly: false,
      error: readGeminiFault(json) ?? (this.#said ? null : lostModel(json)),
    };
  }

  errorText(error: Parameters<EventReader["errorText"]>[0]): string {
    return `data: ${JSON.stringify(googleError(error))}\n\n`;
  }
}

function readGeminiAnswer(json: Json): WholeAnswer {
  const { text, unsaidBytes, finishes, said, hasFinish } = readCandidates(json);
  return {
    text,
    unsaidBytes,
    more: said && text === "",
    finishes,
    usable: said || hasFinish,
    usage: readUsagePiece(json),
    error: readGeminiFault(json) ?? (said ? null : lostModel(json)),
  };
}

/**
 * A candidate that failed and said nothing. After words it is passed on as it is: clients of this format know it.
 */
function lostModel(json: Json): UpstreamFault | null {
  for (const { finishReason, finishMessage } of candidatesOf(json)) {
    if (typeof finishReason !== "string" || !isFailedFinish(finishReason)) continue;
    const message = stringOrNull(finishMessage) ?? `The model stopped with ${finishReason}.`;
    return { message, code: finishReason, type: null, status: 500 };
  }
  return null;
}

function candidatesOf(json: Json): Json[] {
  return Array.isArray(json.candidates) ? json.candidates.filter(isObject) : [];
}

type Candidates = {
  text: string;
  unsaidBytes: number;
  choices: number;
  finished: number;
  finishes: readonly FinishReason[];
  said: boolean;
  /** A reason that says something by itself: cut off, or held back. A bare `STOP` is an empty answer. */
  hasFinish: boolean;
};

function readCandidates(json: Json): Candidates {
  const found: Candidates = {
    ...{ text: "", unsaidBytes: 0, choices: 0, finished: 0, finishes: noFinishes, said: false, hasFinish: false },
  };
  for (const { index, content, finishReason } of candidatesOf(json)) {
    const bit = 1 << Math.min(typeof index === "number" && index > 0 ? index : 0, 30);
    found.choices |= bit;
    if (finishReason) found.finished |= bit;
    if (finishReason && finishReason !== "STOP") found.hasFinish = true;
    const parts = partsOf(content);
    for (const part of parts) readPart(part, found);
    if (typeof finishReason === "string" && finishReason !== "")
      found.finishes = [...found.finishes, finishFromGemini(finishReason, parts.some(callsFunction))];
  }
  return found;
}

function callsFunction({ functionCall }: Json): boolean {
  return isObject(functionCall);
}

function readPart(part: Json, found: Candidates): void {
  const { thought, inlineData, fileData } = part;
  const text = stringOrNull(part.text) ?? "";
  if (text && thought !== true) found.text += text;
  const unsaid = `${thought === true ? text : ""}${wordsOf(part.functionCall)}${wordsOf(part.executableCode)}`;
  found.unsaidBytes += Buffer.byteLength(unsaid);
  if (text || unsaid || isObject(inlineData) || isObject(fileData) || isObject(part.codeExecutionResult))
    found.said = true;
}

/** A call or a program as JSON; "" = none. */
function wordsOf(value: unknown): string {
  return isObject(value) ? JSON.stringify(value.args ?? value.code ?? {}) + (stringOrNull(value.name) ?? "") : "";
}
