import type { Json } from "./answer-format.ts";
import { BlockOrder, piecesOf } from "./answer-pieces.ts";
import { messagesErrorEvent } from "./anthropic-errors.ts";
import { MessageAggregator } from "./anthropic-messages-convert.ts";
import type { Answer, AnswerPiece, AnswerUsage, BlockHead, Finish, Signature } from "./conversation.ts";
import { argumentsAsJson } from "./custom-tools.ts";
import { noSignature, sealSignature } from "./signature.ts";
import type { AnswerContext, EventWriter } from "./wire.ts";

const stopReasons: Record<Finish["reason"], string> = {
  stop: "end_turn",
  stop_sequence: "stop_sequence",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
  refusal: "refusal",
  pause: "pause_turn",
  other: "end_turn",
};

/** Anthropic counts what was read from and written to the cache beside the input. */
function writeUsage({ input, output, cached, cacheWrite, reasoning }: AnswerUsage): Json {
  return {
    input_tokens: Math.max(0, input - cached - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cached,
    output_tokens: output,
    ...(reasoning > 0 ? { output_tokens_details: { thinking_tokens: reasoning } } : {}),
  };
}

const nothingUsed: AnswerUsage = { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 };

/** A call of a tool whose start waits for its proof, as that has to stand in a block before it. */
type HeldCall = { head: Extract<BlockHead, { kind: "tool_call" }>; text: string; pieces: number };

/**
 * Tells the pieces of an answer as events. `message_start` waits until something is to be said, so that it can tell
 * what is known of the prompt's tokens; reason and usage come last, as some upstreams tell their usage after the
 * reason. Pictures, for which there is no block, are told as Markdown; a proof on a call of a tool stands in a sealed
 * thought before it, where `anthropic-blocks-read.ts` finds it again.
 */
class MessageEvents {
  readonly #context: AnswerContext;
  readonly #order = new BlockOrder();
  #head: { id: string | null; model: string | null } = { id: null, model: null };
  #started = false;
  #usage: AnswerUsage | null = null;
  #finish: Finish | null = null;
  #calls = 0;
  /** Of the block that is open, and of the next one if none is. */
  #index = 0;
  #block: BlockHead["kind"] | null = null;
  #held: HeldCall | null = null;
  #signed = false;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  push(piece: AnswerPiece): Json[] {
    return this.#order.push(piece).flatMap((next) => this.#take(next));
  }

  end(): Json[] {
    const events = this.#order.end().flatMap((piece) => this.#take(piece));
    const { reason, stopSequence } = this.#finish ?? { reason: "other", stopSequence: null };
    const called = this.#calls > 0 && (reason === "stop" || reason === "other");
    return [
      ...this.#start(),
      ...events,
      {
        type: "message_delta",
        delta: { stop_reason: called ? "tool_use" : stopReasons[reason], stop_sequence: stopSequence },
        usage: writeUsage(this.#usage ?? nothingUsed),
      },
      { type: "message_stop" },
    ];
  }

  #take(piece: AnswerPiece): Json[] {
    switch (piece.kind) {
      case "begin":
        this.#head = piece;
        return [];
      case "usage":
        this.#usage = piece.usage;
        return [];
      case "finish":
        this.#finish = piece.finish;
        return [];
      case "open":
        return [...this.#start(), ...this.#open(piece.block)];
      case "text":
        return this.#text(piece.text);
      case "signature":
        return this.#sign(piece.signature);
      default:
        return this.#close();
    }
  }

  #start(): Json[] {
    if (this.#started) return [];
    this.#started = true;
    const message = {
      id: this.#head.id ?? `msg_${this.#context.newId()}`,
      type: "message",
      role: "assistant",
      model: this.#head.model ?? this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeUsage({ ...(this.#usage ?? nothingUsed), output: 0, reasoning: 0 }),
    };
    return [{ type: "message_start", message }];
  }

  #open(block: BlockHead): Json[] {
    this.#block = block.kind;
    this.#signed = false;
    switch (block.kind) {
      case "text":
      case "refusal":
        return [this.#begin({ type: "text", text: "" })];
      case "reasoning":
        return [this.#begin({ type: "thinking", thinking: "", signature: "" })];
      case "sealed_reasoning":
        return [this.#begin({ type: "redacted_thinking", data: sealSignature(block.signature, "anthropic") })];
      case "image": {
        const text = `![image](data:${block.mediaType};base64,${block.data})`;
        return [this.#begin({ type: "text", text: "" }), this.#delta({ type: "text_delta", text })];
      }
      default:
        this.#calls++;
        this.#held = { head: block, text: "", pieces: 0 };
        return [];
    }
  }

  #text(text: string): Json[] {
    if (this.#held) {
      this.#held.text += text;
      this.#held.pieces++;
      // Free text becomes JSON only when it is complete.
      return this.#held.head.isCustom || this.#held.pieces < 2 ? [] : this.#release(null);
    }
    if (this.#block === "tool_call") return [this.#delta({ type: "input_json_delta", partial_json: text })];
    if (this.#block === "reasoning") return [this.#delta({ type: "thinking_delta", thinking: text })];
    return this.#block === "text" || this.#block === "refusal" ? [this.#delta({ type: "text_delta", text })] : [];
  }

  #sign(signature: Signature): Json[] {
    if (this.#block === "reasoning") {
      this.#signed = true;
      return [this.#delta({ type: "signature_delta", signature: sealSignature(signature, "anthropic") })];
    }
    return this.#held && !this.#held.head.isCustom ? this.#release(signature) : [];
  }

  /** Tells of the call that was held. */
  #release(signature: Signature | null): Json[] {
    const held = this.#held;
    if (!held) return [];
    this.#held = null;
    const { id, name, isCustom } = held.head;
    const events: Json[] = [];
    if (signature) {
      events.push(this.#begin({ type: "redacted_thinking", data: sealSignature(signature, "anthropic") }));
      events.push(this.#stop());
    }
    events.push(this.#begin({ type: "tool_use", id: id || `toolu_${this.#context.newId()}`, name, input: {} }));
    const json = isCustom ? argumentsAsJson({ arguments: held.text, isCustom }) : held.text;
    if (json) events.push(this.#delta({ type: "input_json_delta", partial_json: json }));
    return events;
  }

  #close(): Json[] {
    const events = this.#release(null);
    if (this.#block === "reasoning" && !this.#signed)
      events.push(this.#delta({ type: "signature_delta", signature: noSignature }));
    this.#block = null;
    return [...events, this.#stop()];
  }

  #begin(block: Json): Json {
    return { type: "content_block_start", index: this.#index, content_block: block };
  }

  #delta(delta: Json): Json {
    return { type: "content_block_delta", index: this.#index, delta };
  }

  #stop(): Json {
    return { type: "content_block_stop", index: this.#index++ };
  }
}

const asText = (event: Json): string => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;

export function createMessagesWriter(context: AnswerContext): EventWriter {
  const events = new MessageEvents(context);
  return {
    write: (piece) => events.push(piece).map(asText).join(""),
    end: () => events.end().map(asText).join(""),
    errorText: messagesErrorEvent,
  };
}

/** The message that the events of the same answer add up to. */
export function writeMessagesAnswer(answer: Answer, context: AnswerContext): Json {
  const events = new MessageEvents(context);
  const aggregator = new MessageAggregator();
  for (const piece of piecesOf(answer)) for (const event of events.push(piece)) aggregator.take(event);
  for (const event of events.end()) aggregator.take(event);
  return aggregator.result();
}
