import { googleError } from "../error-shapes.ts";
import { isObject, type Json, parseObject } from "./answer-format.ts";
import { BlockOrder, partOf, withSignature, withText } from "./answer-pieces.ts";
import type { Answer, AnswerPart, AnswerPiece, AnswerUsage, Finish } from "./conversation.ts";
import { argumentsAsJson } from "./custom-tools.ts";
import { foreignCall, geminiFinish, geminiName, sealedForGemini } from "./gemini-names.ts";
import type { AnswerContext, EventWriter } from "./wire.ts";

/** A whole answer as `generateContent` gives it. */
export function writeGeminiAnswer(answer: Answer, context: AnswerContext): Json {
  const { id, model, parts, usage, finish } = answer;
  return responseOf({
    parts: withCallProof(parts.flatMap(writePart)),
    finish: finish ?? { reason: "stop", stopSequence: null },
    usage,
    id: id ?? context.newId(),
    model: model ?? context.model,
  });
}

type ResponseParts = {
  parts: Json[];
  finish: Finish | null;
  usage: AnswerUsage | null;
  id: string;
  model: string;
};

function responseOf({ parts, finish, usage, id, model }: ResponseParts): Json {
  const candidate: Json = { content: { parts, role: "model" } };
  if (finish) candidate.finishReason = geminiFinish(finish.reason);
  candidate.index = 0;
  return {
    candidates: [candidate],
    ...(usage ? { usageMetadata: writeUsage(usage) } : {}),
    modelVersion: model,
    responseId: id,
  };
}

/** Thoughts are counted beside what is said. */
function writeUsage({ input, output, cached, reasoning }: AnswerUsage): Json {
  return {
    promptTokenCount: input,
    candidatesTokenCount: Math.max(output - reasoning, 0),
    totalTokenCount: input + output,
    ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
    ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
  };
}

/** The first call of an answer carries a proof. */
function withCallProof(parts: Json[]): Json[] {
  const first = parts.findIndex(({ functionCall }) => functionCall);
  return parts.map((part, index) => (index === first ? { thoughtSignature: foreignCall, ...part } : part));
}

/** A thought that only its maker can read is an empty text with a proof, without the mark of a thought. */
function writePart(part: AnswerPart): Json[] {
  switch (part.kind) {
    case "text":
    case "refusal":
      return part.text ? [{ text: part.text }] : [];
    case "reasoning":
      return part.text || part.signature ? [{ text: part.text, thought: true, ...proof(part) }] : [];
    case "sealed_reasoning":
      return [{ text: "", ...proof(part) }];
    case "image":
      return [{ inlineData: { mimeType: part.mediaType, data: part.data } }];
    case "tool_call": {
      const functionCall = { id: part.id, name: geminiName(part.name), args: writeArguments(part) };
      return [{ functionCall, ...proof(part) }];
    }
  }
}

function proof({
  signature,
}: Pick<Extract<AnswerPart, { kind: "reasoning" | "sealed_reasoning" }>, "signature">): Json {
  return signature ? { thoughtSignature: sealedForGemini(signature) } : {};
}

/**
 * Arguments as the object Google has for them. What a model wrote that is no object is kept as the one member `input`.
 */
export function writeArguments(call: Extract<AnswerPart, { kind: "tool_call" }>): Json {
  const text = argumentsAsJson(call);
  if (!text.trim()) return {};
  const args = parseObject(text);
  return isObject(args) ? args : { input: text };
}

/**
 * Writes the stream of a Gemini client: text and thoughts as they come, calls as whole parts, the reason and the counts
 * in the last event.
 */
export class GeminiEventWriter implements EventWriter {
  readonly #order = new BlockOrder();
  readonly #context: AnswerContext;
  #id: string | null = null;
  #model: string;
  /** The open block, as far as it is not yet written. */
  #part: AnswerPart | null = null;
  #usage: AnswerUsage | null = null;
  #finish: Finish | null = null;
  #hasCalls = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#model = context.model;
  }

  write(piece: AnswerPiece): string {
    return this.#order
      .push(piece)
      .map((next) => this.#write(next))
      .join("");
  }

  end(): string {
    const rest = this.#order.end().map((piece) => this.#write(piece));
    const finish = this.#finish ?? { reason: "stop", stopSequence: null };
    // Google's own last event has an empty text; without any part its library takes the whole answer for invalid.
    return `${rest.join("")}${this.#event([{ text: "" }], finish, this.#usage)}`;
  }

  errorText(error: Parameters<EventWriter["errorText"]>[0]): string {
    return `data: ${JSON.stringify(googleError(error))}\n\n`;
  }

  #write(piece: AnswerPiece): string {
    switch (piece.kind) {
      case "begin":
        this.#id = piece.id;
        this.#model = piece.model ?? this.#model;
        return "";
      case "open":
        this.#part = partOf(piece.block);
        return "";
      case "text":
        if (this.#part) this.#part = withText(this.#part, piece.text);
        return this.#part?.kind === "tool_call" ? "" : this.#flush(false);
      case "signature":
        if (this.#part) this.#part = withSignature(this.#part, piece);
        return "";
      case "close":
        return this.#flush(true);
      case "usage":
        this.#usage = piece.usage;
        return "";
      case "finish":
        this.#finish = piece.finish;
        return "";
    }
  }

  /** What has come of the open block; more of it may follow unless it is closed. */
  #flush(isClosed: boolean): string {
    const part = this.#part;
    if (!part) return "";
    this.#part = isClosed ? null : emptied(part);
    const written = writePart(part);
    const parts = this.#hasCalls ? written : withCallProof(written);
    this.#hasCalls ||= part.kind === "tool_call";
    return parts.map((one) => this.#event([one], null, null)).join("");
  }

  #event(parts: Json[], finish: Finish | null, usage: AnswerUsage | null): string {
    this.#id ??= this.#context.newId();
    const response = responseOf({ parts, finish, usage, id: this.#id, model: this.#model });
    return `data: ${JSON.stringify(response)}\n\n`;
  }
}

function emptied(part: AnswerPart): AnswerPart {
  return "text" in part ? { ...part, text: "" } : part;
}
