import type { Json } from "./answer-format.ts";
import type { Part, Signature, TextPart, ToolResultPart, Turn } from "./conversation.ts";
import { writeArguments } from "./gemini-answer-writer.ts";
import { writeMedia } from "./gemini-media.ts";
import { foreignCall, geminiName, isBeforeGemini3 } from "./gemini-names.ts";

type Content = { role: "user" | "model"; parts: Json[] };

const noResult = "The tool gave no result.";

/**
 * The turns as Google takes them: neighbours of one side are one, none is empty, and the calls of a turn are answered in
 * the very next one, results first. Instructions in the midst of a conversation stand in `<system>` tags in the user's
 * turn; a result without a call is told as text. Of the calls of a turn the first carries the proof.
 */
export function writeTurns(turns: readonly Turn[], model: string): Content[] {
  const writer = new TurnWriter(isBeforeGemini3(model));
  for (const turn of turns) writer.add(turn);
  return writer.end();
}

class TurnWriter {
  readonly #isOld: boolean;
  readonly #contents: Content[] = [];
  /** Calls of the last turn of the model that have no result yet: their names by id. */
  #open = new Map<string, string>();
  /** The last turn of the model that has a call, and with it a proof. */
  #called: Content | null = null;

  constructor(isOld: boolean) {
    this.#isOld = isOld;
  }

  add({ role, parts }: Turn): void {
    if (role === "assistant") return this.#addModel(parts);
    const results = parts.filter((part) => part.kind === "tool_result");
    const rest = parts.filter((part) => part.kind !== "tool_result");
    const said = rest.flatMap((part) => this.#write(role === "system" ? asInstruction(part) : part));
    for (const result of results) this.#push("user", this.#result(result));
    if (said.length > 0) this.#closeCalls();
    this.#push("user", said);
  }

  end(): Content[] {
    this.#closeCalls();
    return this.#contents;
  }

  #addModel(parts: readonly Part[]): void {
    const written = parts.flatMap((part) => this.#write(part));
    if (written.length === 0) return;
    // Calls that follow each other without a result between are calls of one turn.
    if (this.#contents.at(-1)?.role === "user") this.#closeCalls();
    this.#push("model", written);
    for (const part of parts) if (part.kind === "tool_call") this.#open.set(part.id, part.name);
    const content = this.#contents.at(-1);
    if (content !== this.#called) {
      const first = written.find(({ functionCall }) => functionCall);
      if (first && !first.thoughtSignature && !this.#isOld) first.thoughtSignature = foreignCall;
      if (first && content) this.#called = content;
    }
  }

  #push(role: Content["role"], parts: Json[]): void {
    if (parts.length === 0) return;
    const last = this.#contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else this.#contents.push({ role, parts: [...parts] });
  }

  /** Every call gets a result, or the request would be refused. */
  #closeCalls(): void {
    for (const [id, name] of this.#open)
      this.#push("user", [{ functionResponse: { id, name: geminiName(name), response: { error: noResult } } }]);
    this.#open.clear();
  }

  #result(part: ToolResultPart): Json[] {
    const name = this.#open.get(part.callId);
    const text = part.content.flatMap((item) => (item.kind === "text" ? [item.text] : [])).join("\n");
    const media = part.content.flatMap((item) => (item.kind === "text" ? [] : writeMedia(item)));
    if (name === undefined) return [{ text: `Result of the tool call ${part.callId}:\n${text}` }, ...media];
    this.#open.delete(part.callId);
    const response = part.isError ? { error: text } : { output: text };
    const functionResponse: Json = { id: part.callId, name: geminiName(name), response };
    // Only since Gemini 3 a result may hold media; before, they stand beside it.
    if (media.length === 0 || this.#isOld) return [{ functionResponse }, ...media];
    return [{ functionResponse: { ...functionResponse, parts: media } }];
  }

  #write(part: Part): Json[] {
    switch (part.kind) {
      case "text":
      case "refusal":
        return part.text ? [{ text: part.text }] : [];
      case "image":
      case "document":
      case "audio":
      case "video":
        return writeMedia(part);
      case "reasoning":
        return part.text || native(part.signature)
          ? [{ text: part.text, thought: true, ...proof(part.signature) }]
          : [];
      case "sealed_reasoning":
        return native(part.signature) ? [{ text: "", ...proof(part.signature) }] : [];
      case "tool_call": {
        const functionCall = { id: part.id, name: geminiName(part.name), args: writeArguments(part) };
        return [{ functionCall, ...proof(part.signature) }];
      }
      case "tool_result":
        return [];
    }
  }
}

/** A proof of another maker means nothing to Google. */
function native(signature: Signature | null): signature is Signature {
  return signature?.origin === "gemini";
}

function proof(signature: Signature | null): Json {
  return native(signature) ? { thoughtSignature: signature.value } : {};
}

function asInstruction(part: Part): Part {
  return part.kind === "text" ? ({ kind: "text", text: `<system>\n${part.text}\n</system>` } satisfies TextPart) : part;
}
