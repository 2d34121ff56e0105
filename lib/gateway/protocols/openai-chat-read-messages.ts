import { invalidType, missing } from "../request-problems.ts";
import { type Json, stringOrNull } from "./answer-format.ts";
import { readToolCall } from "./chat-tool-calls.ts";
import type { Part, TextPart, ToolCallPart, ToolResultPart, Turn } from "./conversation.ts";
import { readChatContent, textsOf } from "./openai-chat-read-parts.ts";
import { readCacheMark } from "./openai-members.ts";
import { partsOfDetails, readDetails } from "./reasoning-details.ts";
import type { Members } from "./request-members.ts";

/** Reads the messages of a chat, one after another. */
export class MessageReader {
  readonly system: TextPart[] = [];
  readonly turns: Turn[] = [];
  /** Types of parts that no other format has. */
  readonly unknown = new Set<string>();
  /** Members of messages that mean something here only. */
  readonly own: Json = {};
  readonly #calls = new Map<string, ToolCallPart>();
  /** The call a message of the old role `function` answers. */
  #lastFunction: ToolCallPart | null = null;
  /** The last turn of results alone, which more of them join. */
  #results: Turn | null = null;

  add(message: Members): void {
    const role = message.text("role");
    if (role === null) throw missing(message.pathOf("role"));
    switch (role) {
      case "system":
      case "developer":
        this.#addSystem(textsOf(readChatContent(message, this.unknown, this.own), this.unknown));
        break;
      case "user":
        this.turns.push({ role, parts: readChatContent(message, this.unknown, this.own) });
        break;
      case "assistant":
        this.#addAssistant(message);
        break;
      case "tool":
        this.#addResult(message, message.required("tool_call_id"));
        break;
      case "function":
        this.#addResult(message, this.#lastFunction?.id ?? `call_${message.required("name")}`);
        break;
      default:
        throw invalidType(message.pathOf("role"), "one of system, developer, user, assistant, tool, function");
    }
    message.keepRest("messages", this.own);
  }

  #addSystem(texts: TextPart[]): void {
    if (this.turns.length === 0) this.system.push(...texts);
    else this.turns.push({ role: "system", parts: texts });
  }

  #addAssistant(message: Members): void {
    const parts: Part[] = [...readThoughts(message)];
    for (const part of readChatContent(message, this.unknown, this.own))
      if (part.kind !== "text" || part.text) parts.push(part);
    const refusal = message.text("refusal");
    if (refusal) parts.push({ kind: "refusal", text: refusal });
    for (const call of this.#readCalls(message)) {
      this.#calls.set(call.id, call);
      parts.push(call);
    }
    // Audio of an earlier answer is known to its provider only.
    if (message.value("audio") !== null) this.unknown.add("audio");
    message.ignore("annotations", "reasoning", "reasoning_content", "reasoning_details");
    if (parts.length > 0) this.turns.push({ role: "assistant", parts });
  }

  #readCalls(message: Members): ToolCallPart[] {
    const calls = message.list("tool_calls").map((value, index) => {
      const call = readToolCall(value);
      const path = `${message.pathOf("tool_calls")}.${index}`;
      if (!call) throw invalidType(path, "an object with a function or a custom tool");
      if (!call.id) throw missing(`${path}.id`);
      if (!call.name) throw missing(`${path}.function.name`);
      return call;
    });
    const old = message.object("function_call");
    if (!old) return calls;
    const call = readToolCall({ id: `call_${stringOrNull(old.name)}_${this.turns.length}`, function: old });
    this.#lastFunction = call;
    return call ? [...calls, call] : calls;
  }

  #addResult(message: Members, callId: string): void {
    const call = this.#calls.get(callId);
    const content: ToolResultPart["content"] = [];
    for (const part of readChatContent(message, this.unknown, this.own)) {
      if (part.kind === "text" || part.kind === "image" || part.kind === "document") content.push(part);
      else this.unknown.add(part.kind);
    }
    const result: ToolResultPart = {
      kind: "tool_result",
      callId,
      name: message.text("name") ?? call?.name ?? null,
      content,
      isError: false,
      isCustom: call?.isCustom ?? false,
      ...readCacheMark(message),
    };
    const last = this.turns.at(-1);
    if (last && last === this.#results) last.parts.push(result);
    else {
      this.#results = { role: "user", parts: [result] };
      this.turns.push(this.#results);
    }
  }
}

function readThoughts(message: Members): Part[] {
  const thoughts = partsOfDetails(readDetails(message.value("reasoning_details")));
  if (thoughts.length > 0) return thoughts;
  const text = stringOrNull(message.value("reasoning_content")) ?? stringOrNull(message.value("reasoning"));
  return text ? [{ kind: "reasoning", text, signature: null }] : [];
}
