import { invalidType } from "../request-problems.ts";
import type { Json } from "./answer-format.ts";
import type { DocumentPart, ImagePart, Part, TextPart, ToolCallPart, ToolResultPart, Turn } from "./conversation.ts";
import { textsOf } from "./openai-chat-read-parts.ts";
import { readCacheMark, readDetail, readSource } from "./openai-members.ts";
import type { Members } from "./request-members.ts";
import { readCallProof, readReasoningItem } from "./responses-reasoning.ts";

/** Reads the items of `input`, one after another. What the assistant said and did on end is one turn. */
export class ItemReader {
  readonly system: TextPart[] = [];
  readonly turns: Turn[] = [];
  /** Types of items and parts that no other format has. */
  readonly unknown = new Set<string>();
  /** Members of items that mean something here only. */
  readonly own: Json = {};
  readonly #calls = new Map<string, ToolCallPart>();
  /** The last turn of results alone, which more of them join. */
  #results: Turn | null = null;
  readonly #proofs: { callId: string; signature: ToolCallPart["signature"] }[] = [];

  add(item: Members): void {
    const type = item.text("type") ?? "message";
    item.ignore("id", "status", "created_by");
    switch (type) {
      case "message":
        this.#addMessage(item);
        break;
      case "reasoning":
        this.#addReasoning(item.json);
        item.ignore("summary", "content", "encrypted_content");
        break;
      case "function_call":
        this.#addCall(item, item.required("arguments"), false);
        break;
      case "custom_tool_call":
        this.#addCall(item, item.required("input"), true);
        break;
      case "function_call_output":
      case "custom_tool_call_output":
        this.#addResult(item, type === "custom_tool_call_output");
        break;
      default:
        this.unknown.add(type);
        return;
    }
    item.keepRest("input", this.own);
  }

  /** Proofs of calls may stand before or behind them. */
  end(): void {
    for (const { callId, signature } of this.#proofs) {
      const call = this.#calls.get(callId);
      if (call) call.signature = signature;
    }
  }

  #addMessage(item: Members): void {
    const role = item.required("role");
    const parts = this.#readContent(item, "content");
    item.ignore("phase");
    if (role === "system" || role === "developer") {
      const texts = textsOf(parts, this.unknown);
      if (this.turns.length === 0) this.system.push(...texts);
      else this.turns.push({ role: "system", parts: texts });
    } else if (role === "user") this.turns.push({ role, parts });
    else if (role === "assistant") this.#assistant(...parts.filter((part) => part.kind !== "text" || part.text));
    else throw invalidType(item.pathOf("role"), "one of system, developer, user, assistant");
  }

  #addReasoning(json: Json): void {
    const proof = readCallProof(json);
    if (proof) this.#proofs.push(proof);
    else {
      const part = readReasoningItem(json);
      if (part) this.#assistant(part);
    }
  }

  #addCall(item: Members, args: string, isCustom: boolean): void {
    const id = item.required("call_id");
    const name = item.required("name");
    const call: ToolCallPart = { kind: "tool_call", id, name, arguments: args, isCustom, signature: null };
    this.#calls.set(id, call);
    this.#assistant(call);
  }

  #addResult(item: Members, isCustom: boolean): void {
    const callId = item.required("call_id");
    const content: ToolResultPart["content"] = [];
    for (const part of this.#readContent(item, "output")) {
      if (part.kind === "text" || part.kind === "image" || part.kind === "document") content.push(part);
      else this.unknown.add(part.kind);
    }
    const name = item.text("name") ?? this.#calls.get(callId)?.name ?? null;
    const result: ToolResultPart = { kind: "tool_result", callId, name, content, isError: false, isCustom };
    const last = this.turns.at(-1);
    if (last && last === this.#results) last.parts.push(result);
    else {
      this.#results = { role: "user", parts: [result] };
      this.turns.push(this.#results);
    }
  }

  #assistant(...parts: Part[]): void {
    const last = this.turns.at(-1);
    if (last?.role === "assistant") last.parts.push(...parts);
    else if (parts.length > 0) this.turns.push({ role: "assistant", parts });
  }

  #readContent(item: Members, name: string): Part[] {
    const content = item.value(name);
    if (content === null) return [];
    if (typeof content === "string") return [{ kind: "text", text: content }];
    if (!Array.isArray(content)) throw invalidType(item.pathOf(name), "a string or an array");
    const parts: Part[] = [];
    for (const part of item.each(name)) {
      const type = part.text("type") ?? "input_text";
      const read = readPart(type, part);
      if (!read) {
        this.unknown.add(type);
        continue;
      }
      parts.push(read);
      part.ignore("annotations", "logprobs");
      part.keepRest(`input.${name}`, this.own);
    }
    return parts;
  }
}

/** Null = of a type we do not know. */
function readPart(type: string, part: Members): Part | null {
  switch (type) {
    case "input_text":
    case "output_text":
    case "text":
      return { kind: "text", text: part.required("text"), ...readCacheMark(part) };
    case "refusal":
      return { kind: "refusal", text: part.required("refusal") };
    case "input_image":
      return readImage(part);
    case "input_file":
      return readFile(part);
    case "input_audio": {
      const audio = part.members("input_audio");
      return { kind: "audio", format: audio.required("format"), data: audio.required("data") };
    }
    default:
      return null;
  }
}

function readImage(part: Members): ImagePart {
  const more = { ...readDetail(part.value("detail")), ...readCacheMark(part) };
  const id = part.text("file_id");
  if (id !== null) return { kind: "image", source: { kind: "file", id }, ...more };
  return { kind: "image", source: readSource(part.required("image_url"), "image/png"), ...more };
}

function readFile(part: Members): DocumentPart {
  const name = part.text("filename");
  const more = readCacheMark(part);
  const id = part.text("file_id");
  if (id !== null) return { kind: "document", source: { kind: "file", id }, name, ...more };
  const url = part.text("file_url");
  if (url !== null) return { kind: "document", source: { kind: "url", url, mediaType: null }, name, ...more };
  const data = part.required("file_data");
  const source = data.startsWith("data:")
    ? readSource(data, "application/pdf")
    : { kind: "base64" as const, mediaType: "application/pdf", data };
  return { kind: "document", source, name, ...more };
}
