import type { Json } from "./answer-format.ts";
import { writeThoughtSignature, writeToolCall } from "./chat-tool-calls.ts";
import { errorEvent } from "./choices-format.ts";
import type {
  Answer,
  AnswerPart,
  AnswerPiece,
  AnswerUsage,
  BlockHead,
  FinishReason,
  ReasoningPart,
  SealedReasoningPart,
} from "./conversation.ts";
import { CustomCalls, withCustomCalls } from "./custom-tools.ts";
import { writeUsage } from "./openai-members.ts";
import { writeDetail } from "./reasoning-details.ts";
import { compact } from "./request-members.ts";
import type { AnswerContext, EventWriter } from "./wire.ts";

/** In chats a stop sequence is a stop like any other, and what a provider's policy ended is content_filter. */
const finishReasons: Record<FinishReason, string> = {
  stop: "stop",
  stop_sequence: "stop",
  length: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
  refusal: "content_filter",
  pause: "stop",
  other: "stop",
};

type Thought = ReasoningPart | SealedReasoningPart;

/** Writes a whole chat answer. Thoughts stand in `reasoning_content`; with proofs in `reasoning_details` too. */
export function writeChatAnswer(given: Answer, context: AnswerContext): Json {
  const answer = withCustomCalls(given, context.conversation.tools);
  const hasCalls = answer.parts.some(({ kind }) => kind === "tool_call");
  const reason = answer.finish?.reason ?? (hasCalls ? "tool_calls" : "stop");
  return {
    ...headOf(answer, "chat.completion", context),
    choices: [
      { index: 0, message: writeMessage(answer.parts, context), logprobs: null, finish_reason: finishReasons[reason] },
    ],
    ...(answer.usage ? { usage: usageOf(answer.usage) } : {}),
  };
}

function headOf(answer: Pick<Answer, "id" | "model" | "createdAt">, object: string, context: AnswerContext): Json {
  return {
    id: answer.id ?? `chatcmpl-${context.newId()}`,
    object,
    created: answer.createdAt ?? Math.floor(context.now() / 1000),
    model: answer.model ?? context.model,
  };
}

function usageOf(usage: AnswerUsage): Json {
  return writeUsage(usage, "prompt", "completion");
}

function writeMessage(parts: AnswerPart[], context: AnswerContext): Json {
  let text: string | null = null;
  let refusal: string | null = null;
  let thought = "";
  const thoughts: Thought[] = [];
  const calls: Json[] = [];
  const images: Json[] = [];
  for (const part of parts) {
    if (part.kind === "text") text = (text ?? "") + part.text;
    else if (part.kind === "refusal") refusal = (refusal ?? "") + part.text;
    else if (part.kind === "image") images.push(writeImage(part));
    else if (part.kind === "tool_call")
      calls.push({
        ...writeToolCall({ ...part, id: part.id || `call_${context.newId()}` }),
        ...writeThoughtSignature(part.signature),
      });
    else {
      thoughts.push(part);
      if (part.kind === "reasoning") thought += part.text;
    }
  }
  return {
    role: "assistant",
    content: text,
    refusal,
    ...compact({
      reasoning_content: thought || null,
      reasoning_details: thoughts.some(({ signature }) => signature) ? thoughts.map(writeDetail) : null,
      images: images.length > 0 ? images : null,
      tool_calls: calls.length > 0 ? calls : null,
    }),
  };
}

function writeImage({ mediaType, data }: Extract<BlockHead, { kind: "image" }>): Json {
  return { type: "image_url", image_url: { url: `data:${mediaType};base64,${data}` } };
}

type Open = { block: BlockHead /** Of calls and of thoughts, each counted from 0. */; ordinal: number };

/** Writes the chunks of a chat: the role first, then each piece in one chunk, the finish, and usage where it is wanted. */
export class ChatEventWriter implements EventWriter {
  readonly #context: AnswerContext;
  readonly #customCalls: CustomCalls;
  #head: Json | null = null;
  readonly #open = new Map<number, Open>();
  #calls = 0;
  #thoughts = 0;
  #images = 0;
  #usage: AnswerUsage | null = null;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#customCalls = new CustomCalls(context.conversation.tools);
  }

  write(piece: AnswerPiece): string {
    let text = "";
    for (const one of this.#customCalls.push(piece)) text += this.#writeOne(one);
    return text;
  }

  end(): string {
    if (!this.#context.includeUsage || !this.#usage) return "";
    return `data: ${JSON.stringify({ ...this.#chunkHead(), choices: [], usage: usageOf(this.#usage) })}\n\n`;
  }

  errorText = errorEvent;

  #writeOne(piece: AnswerPiece): string {
    switch (piece.kind) {
      case "begin":
        this.#head = headOf(piece, "chat.completion.chunk", this.#context);
        return this.#chunk({ role: "assistant", content: "", refusal: null });
      case "open":
        return this.#opened(piece.index, piece.block);
      case "text":
        return this.#more(piece.index, piece.text);
      case "signature": {
        const open = this.#open.get(piece.index);
        if (open?.block.kind === "tool_call")
          return this.#call(open.ordinal, open.block.isCustom, "", writeThoughtSignature(piece.signature));
        if (open?.block.kind !== "reasoning") return "";
        return this.#thought({ ...open.block, text: "", signature: piece.signature }, open.ordinal);
      }
      case "close":
        this.#open.delete(piece.index);
        return "";
      case "usage":
        this.#usage = piece.usage;
        return "";
      case "finish":
        return this.#chunk({}, finishReasons[piece.finish.reason]);
    }
  }

  #opened(index: number, block: BlockHead): string {
    const ordinal = this.#ordinalOf(block);
    this.#open.set(index, { block, ordinal });
    if (block.kind === "sealed_reasoning") return this.#thought(block, ordinal);
    if (block.kind === "image") return this.#chunk({ images: [{ index: ordinal, ...writeImage(block) }] });
    if (block.kind !== "tool_call") return "";
    const id = block.id || `call_${this.#context.newId()}`;
    const call = writeToolCall({ ...block, id, arguments: "", signature: null });
    return this.#chunk({ tool_calls: [{ index: ordinal, ...call }] });
  }

  #ordinalOf({ kind }: BlockHead): number {
    if (kind === "tool_call") return this.#calls++;
    if (kind === "reasoning" || kind === "sealed_reasoning") return this.#thoughts++;
    return kind === "image" ? this.#images++ : 0;
  }

  #more(index: number, text: string): string {
    const open = this.#open.get(index);
    if (!open || !text) return "";
    const { block, ordinal } = open;
    switch (block.kind) {
      case "text":
        return this.#chunk({ content: text });
      case "refusal":
        return this.#chunk({ refusal: text });
      case "reasoning":
        return this.#thought({ ...block, text, signature: null }, ordinal);
      case "tool_call":
        return this.#call(ordinal, block.isCustom, text);
      default:
        return "";
    }
  }

  /** More of a call. Clients want a `function` in each piece, also in one that has no more than its proof. */
  #call(index: number, isCustom: boolean, text: string, proof: Json = {}): string {
    const more = isCustom ? { custom: { input: text } } : { function: { arguments: text } };
    return this.#chunk({ tool_calls: [{ index, ...more, ...proof }] });
  }

  /** A piece of a thought: as text, and as an entry with the same index, under which its proof comes at last. */
  #thought(part: Thought, ordinal: number): string {
    const details = { reasoning_details: [writeDetail(part, ordinal)] };
    return this.#chunk(part.kind === "reasoning" && part.text ? { reasoning_content: part.text, ...details } : details);
  }

  #chunk(delta: Json, finish: string | null = null): string {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return `data: ${JSON.stringify({ ...this.#chunkHead(), choices })}\n\n`;
  }

  #chunkHead(): Json {
    this.#head ??= headOf({ id: null, model: null, createdAt: null }, "chat.completion.chunk", this.#context);
    return this.#head;
  }
}
