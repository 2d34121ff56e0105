import { invalidType, missing } from "../request-problems.ts";
import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import type { Part, TextPart, ToolResultPart, Turn } from "./conversation.ts";
import { fileMedia, inlineMedia } from "./gemini-media.ts";
import { foreignCall, member, nameFromGemini, openedFromGemini } from "./gemini-names.ts";
import { listAt, objectAt, stringAt } from "./gemini-values.ts";

/** What Google ran by itself before: only Google can go on from there. */
const hostedParts = ["executableCode", "codeExecutionResult", "toolCall", "toolResponse"];
const partHints = ["videoMetadata", "mediaResolution", "mediaProcessing", "speechMetadata", "partMetadata"];

type OpenCall = { id: string; name: string; isOpen: boolean };

/** Calls in the order they were made. */
class CallQueue {
  readonly #calls: OpenCall[] = [];
  #at = 0;

  add(call: OpenCall): void {
    this.#calls.push(call);
  }

  /** The first that has no result yet. */
  get first(): OpenCall | null {
    while (this.#calls[this.#at]?.isOpen === false) this.#at++;
    return this.#calls[this.#at] ?? null;
  }
}

/** Calls that wait for their results. Each is found without a look at all others, of which there may be thousands. */
class OpenCalls {
  readonly #all = new CallQueue();
  readonly #byId = new Map<string, CallQueue>();
  readonly #byName = new Map<string, CallQueue>();

  add(id: string, name: string): void {
    const call = { id, name, isOpen: true };
    this.#all.add(call);
    for (const [index, key] of [[this.#byId, id] as const, [this.#byName, name] as const]) {
      const queue = index.get(key) ?? new CallQueue();
      index.set(key, queue);
      queue.add(call);
    }
  }

  /** The one with this id; without an id the first of this name, else the first of all. Null = there is none. */
  take(id: string | null, name: string | null): OpenCall | null {
    const call = id === null ? (this.#byName.get(name ?? "")?.first ?? this.#all.first) : this.#byId.get(id)?.first;
    if (call) call.isOpen = false;
    return call ?? null;
  }
}

/**
 * Reads `contents` in order. Calls without an id get `call_1`, `call_2` …, so that a conversation that grows keeps them;
 * a result without one belongs to the first call of its name that has none yet, else to the first that has none.
 */
export class TurnReader {
  readonly turns: Turn[] = [];
  readonly #own: Json;
  #calls = 0;
  readonly #open = new OpenCalls();

  constructor(own: Json) {
    this.#own = own;
  }

  add(value: unknown, param: string): void {
    const content = objectAt(value, param);
    const role = roleOf(content.role, `${param}.role`);
    const last = this.turns.at(-1);
    // Google's library keeps each event of a stream as a content of its own.
    const isMore = role === "assistant" && last?.role === "assistant";
    const parts: Part[] = isMore ? last.parts : [];
    for (const [index, part] of listAt(content.parts ?? [], `${param}.parts`).entries())
      this.#addPart(parts, role, objectAt(part, `${param}.parts.${index}`), `${param}.parts.${index}`);
    if (parts.length > 0 && !isMore) this.turns.push({ role, parts });
  }

  #addPart(parts: Part[], role: Turn["role"], part: Json, param: string): void {
    for (const name of hostedParts) if (isObject(member(part, name))) this.#own[name] = true;
    for (const name of partHints) {
      const hint = member(part, name);
      if (hint !== undefined && hint !== null) this.#own[name] = hint;
    }
    const text = part.text === undefined || part.text === null ? "" : stringAt(part.text, `${param}.text`);
    const proof = member(part, "thoughtSignature");
    const signature = proof === foreignCall ? null : openedFromGemini(proof);
    if (part.thought === true) return addThought(parts, text, signature);
    const call = member(part, "functionCall") ?? null;
    if (call !== null) {
      parts.push({ ...this.#readCall(objectAt(call, `${param}.functionCall`), `${param}.functionCall`), signature });
      return;
    }
    if (text) addText(parts, role, text);
    const media = this.#readMedia(part, param);
    if (media) parts.push(media);
    const result = member(part, "functionResponse") ?? null;
    if (result !== null)
      parts.push(this.#readResult(objectAt(result, `${param}.functionResponse`), `${param}.functionResponse`));
    if (signature) parts.push({ kind: "sealed_reasoning", signature });
  }

  #readMedia(part: Json, param: string): Part | null {
    const inline = member(part, "inlineData") ?? null;
    if (inline !== null) return readInline(inline, `${param}.inlineData`);
    const file = member(part, "fileData") ?? null;
    if (file === null) return null;
    const json = objectAt(file, `${param}.fileData`);
    const uri = stringAt(member(json, "fileUri"), `${param}.fileData.fileUri`);
    const media = fileMedia(uri, stringOrNull(member(json, "mimeType")), stringOrNull(member(json, "displayName")));
    if (!media) this.#own.audioByAddress = true;
    return media;
  }

  #readCall(call: Json, param: string) {
    if (call.name === undefined) throw missing(`${param}.name`);
    const name = nameFromGemini(stringAt(call.name, `${param}.name`));
    const args = objectAt(call.args ?? {}, `${param}.args`);
    this.#calls++;
    const id = stringOrNull(call.id) || `call_${this.#calls}`;
    this.#open.add(id, name);
    return { kind: "tool_call" as const, id, name, arguments: JSON.stringify(args), isCustom: false };
  }

  #readResult(result: Json, param: string): ToolResultPart {
    if (result.name === undefined && result.id === undefined) throw missing(`${param}.name`);
    const name = result.name === undefined ? null : nameFromGemini(stringAt(result.name, `${param}.name`));
    const given = stringOrNull(result.id) || null;
    const open = this.#open.take(given, name);
    const { text, isError } = outputOf(objectAt(result.response ?? {}, `${param}.response`));
    const content: ToolResultPart["content"] = text ? [{ kind: "text", text }] : [];
    for (const [index, value] of listAt(result.parts ?? [], `${param}.parts`).entries()) {
      const place = `${param}.parts.${index}`;
      const media = this.#readMedia(objectAt(value, place), place);
      if (media?.kind === "image" || media?.kind === "document") content.push(media);
      else if (media) this.#own.functionResponseMedia = true;
    }
    const callId = given ?? open?.id ?? `call_${++this.#calls}`;
    return { kind: "tool_result", callId, name: name ?? open?.name ?? null, content, isError, isCustom: false };
  }
}

function roleOf(role: unknown, param: string): Turn["role"] {
  if (role === undefined || role === null || role === "" || role === "user" || role === "function") return "user";
  if (role === "model") return "assistant";
  throw invalidType(param, "user or model");
}

/** A client that keeps a stream has each piece of a thought as a part, and the proof in a last one without text. */
function addThought(parts: Part[], text: string, signature: ReturnType<typeof openedFromGemini>): void {
  const last = parts.at(-1);
  if (last?.kind === "reasoning" && !last.signature) {
    last.text += text;
    last.signature = signature;
  } else if (text) parts.push({ kind: "reasoning", text, signature });
  else if (signature) parts.push({ kind: "sealed_reasoning", signature });
}

/** The pieces of a stream are one text; what a user sends in parts was meant as parts. */
function addText(parts: Part[], role: Turn["role"], text: string): void {
  const last = parts.at(-1);
  if (role === "assistant" && last?.kind === "text") last.text += text;
  else parts.push({ kind: "text", text } satisfies TextPart);
}

function readInline(value: unknown, param: string): Part {
  const json = objectAt(value, param);
  const mimeType = stringAt(member(json, "mimeType"), `${param}.mimeType`).toLowerCase();
  const data = stringAt(json.data, `${param}.data`);
  return inlineMedia(mimeType, data, stringOrNull(member(json, "displayName")));
}

/** `output` or `error` alone are what they say; anything else is the output as a whole. */
function outputOf(response: Json): { text: string; isError: boolean } {
  const names = Object.keys(response);
  const [only] = names;
  if (names.length === 1 && (only === "output" || only === "error")) {
    const value = response[only];
    return { text: typeof value === "string" ? value : JSON.stringify(value), isError: only === "error" };
  }
  return { text: names.length === 0 ? "" : JSON.stringify(response), isError: false };
}
