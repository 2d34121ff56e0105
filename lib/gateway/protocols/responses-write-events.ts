import type { SluiceError } from "../../errors.ts";
import type { Json } from "./answer-format.ts";
import { AnswerCollector, partOf, withSignature, withText } from "./answer-pieces.ts";
import type { Answer, AnswerPart, AnswerPiece, BlockHead } from "./conversation.ts";
import { CustomCalls, withCustomCalls } from "./custom-tools.ts";
import {
  finishedResponse,
  itemIdOf,
  responseHead,
  withCallId,
  writeOutput,
  writeOutputContent,
  writeOutputItem,
} from "./responses-object.ts";
import { writeCallProof } from "./responses-reasoning.ts";
import type { AnswerContext, EventWriter } from "./wire.ts";

/** Writes a whole response. */
export function writeResponse(given: Answer, context: AnswerContext): Json {
  const answer = withCustomCalls(given, context.conversation.tools);
  return finishedResponse(responseHead(answer, context), writeOutput(answer.parts, context), answer);
}

/** An item that is not done. Its place in the output is `at`. */
type Item = { at: number; id: string; part: AnswerPart };

/** Writes the events of a response: every item is announced, told in deltas, and told again whole. */
export class ResponsesEventWriter implements EventWriter {
  readonly #context: AnswerContext;
  readonly #customCalls: CustomCalls;
  readonly #collector = new AnswerCollector();
  #head: Json | null = null;
  #sequence = 0;
  readonly #items = new Map<number, Item>();
  /** By their places. */
  readonly #output: Json[] = [];
  #places = 0;
  #isOver = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#customCalls = new CustomCalls(context.conversation.tools);
  }

  write(piece: AnswerPiece): string {
    let text = "";
    for (const one of this.#customCalls.push(piece)) text += this.#writeOne(one);
    return text;
  }

  /** The last event has the usage, so it waits for the end. */
  end(): string {
    if (this.#isOver) return "";
    this.#isOver = true;
    let text = this.#begin({ id: null, model: null, createdAt: null });
    for (const [index] of [...this.#items]) text += this.#close(index);
    const response = finishedResponse(this.#head ?? {}, this.#output, this.#collector.result());
    return text + this.#event(`response.${response.status as string}`, { response });
  }

  errorText(error: SluiceError): string {
    const text = this.#begin({ id: null, model: null, createdAt: null });
    this.#isOver = true;
    const response = {
      ...this.#head,
      status: "failed",
      error: { code: error.shownCode, message: error.message },
      // Holes are items that were not done.
      output: this.#output.filter(() => true),
    };
    return text + this.#event("response.failed", { response });
  }

  #writeOne(piece: AnswerPiece): string {
    if (piece.kind === "begin") return this.#begin(piece);
    if (piece.kind === "usage" || piece.kind === "finish") this.#collector.add(piece);
    if (piece.kind === "open") return this.#opened(piece.index, piece.block);
    if (piece.kind === "text") return this.#more(piece.index, piece.text);
    if (piece.kind === "close") return this.#close(piece.index);
    const item = piece.kind === "signature" ? this.#items.get(piece.index) : undefined;
    if (item && piece.kind === "signature") item.part = withSignature(item.part, piece);
    return "";
  }

  #begin(head: Pick<Answer, "id" | "model" | "createdAt">): string {
    if (this.#head) return "";
    this.#head = responseHead(head, this.#context);
    const response = this.#head;
    return this.#event("response.created", { response }) + this.#event("response.in_progress", { response });
  }

  #opened(index: number, block: BlockHead): string {
    const begun = this.#begin({ id: null, model: null, createdAt: null });
    const part = withCallId(partOf(block), this.#context);
    const item = { at: this.#places++, id: itemIdOf(part, this.#context), part };
    this.#items.set(index, item);
    const shown = writeOutputItem(part, item.id, "in_progress");
    const isMessage = part.kind === "text" || part.kind === "refusal";
    const added = { output_index: item.at, item: isMessage ? { ...shown, content: [] } : shown };
    const text = begun + this.#event("response.output_item.added", added);
    if (!isMessage) return text;
    const content = writeOutputContent(part.kind, "");
    return text + this.#event("response.content_part.added", { ...inContent(item), part: content });
  }

  #more(index: number, delta: string): string {
    const item = this.#items.get(index);
    if (!item || !delta) return "";
    const isFirst = item.part.kind === "reasoning" && !item.part.text;
    item.part = withText(item.part, delta);
    switch (item.part.kind) {
      case "text":
        return this.#event("response.output_text.delta", { ...inContent(item), delta, logprobs: [] });
      case "refusal":
        return this.#event("response.refusal.delta", { ...inContent(item), delta });
      case "tool_call":
        return this.#event(`response.${argumentsName(item.part)}.delta`, { ...inItem(item), delta });
      case "reasoning": {
        const part = { type: "summary_text", text: "" };
        const added = isFirst ? this.#event("response.reasoning_summary_part.added", { ...inSummary(item), part }) : "";
        return added + this.#event("response.reasoning_summary_text.delta", { ...inSummary(item), delta });
      }
      default:
        return "";
    }
  }

  #close(index: number): string {
    const item = this.#items.get(index);
    if (!item) return "";
    this.#items.delete(index);
    const whole = writeOutputItem(item.part, item.id, "completed");
    this.#output[item.at] = whole;
    const inside = this.#doneInside(item);
    const done = this.#event("response.output_item.done", { output_index: item.at, item: whole });
    return inside + done + this.#proof(item.part);
  }

  /** The events that tell again what the deltas said. */
  #doneInside(item: Item): string {
    const { part } = item;
    switch (part.kind) {
      case "text":
      case "refusal": {
        const content = { ...inContent(item), part: writeOutputContent(part.kind, part.text) };
        const done =
          part.kind === "text"
            ? this.#event("response.output_text.done", { ...inContent(item), text: part.text, logprobs: [] })
            : this.#event("response.refusal.done", { ...inContent(item), refusal: part.text });
        return done + this.#event("response.content_part.done", content);
      }
      case "tool_call": {
        const member = part.isCustom ? "input" : "arguments";
        const told = { ...inItem(item), name: part.name, [member]: part.arguments };
        return this.#event(`response.${argumentsName(part)}.done`, told);
      }
      case "reasoning": {
        if (!part.text) return "";
        const { text } = part;
        const done = this.#event("response.reasoning_summary_text.done", { ...inSummary(item), text });
        const whole = { ...inSummary(item), part: { type: "summary_text", text } };
        return done + this.#event("response.reasoning_summary_part.done", whole);
      }
      default:
        return "";
    }
  }

  /** The proof of a call as an item behind it: it is known last. */
  #proof(part: AnswerPart): string {
    if (part.kind !== "tool_call" || !part.signature) return "";
    const at = this.#places++;
    const item = writeCallProof(part.id, part.signature, `rs_${this.#context.newId()}`);
    this.#output[at] = item;
    const told = { output_index: at, item };
    return this.#event("response.output_item.added", told) + this.#event("response.output_item.done", told);
  }

  #event(type: string, members: Json): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#sequence++, ...members })}\n\n`;
  }
}

function argumentsName({ isCustom }: { isCustom: boolean }): string {
  return isCustom ? "custom_tool_call_input" : "function_call_arguments";
}

function inItem({ at, id }: Item): Json {
  return { item_id: id, output_index: at };
}

function inContent(item: Item): Json {
  return { ...inItem(item), content_index: 0 };
}

function inSummary(item: Item): Json {
  return { ...inItem(item), summary_index: 0 };
}
