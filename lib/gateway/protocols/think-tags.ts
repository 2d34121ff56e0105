import { isObject, type Json, parseObject } from "./answer-format.ts";

const opening = "<think>";
const closing = "</think>";
/** Nobody begins a thought behind more white space than this; it would be looked through again with every piece. */
const blankMost = 1024;

/** Takes a thought in tags, as open models write it, from the beginning of a text that comes in pieces. */
export class ThinkStripper {
  #state: "before" | "thinking" | "after" | "done" = "before";
  /** What may be the beginning of a tag, or white space before one. */
  #held = "";

  /** What of the text is no thought, as far as that is known. */
  push(text: string): string {
    if (this.#state === "done") return text;
    this.#held += text;
    if (this.#state === "before") {
      const begun = this.#held.trimStart();
      if (begun.length < opening.length && opening.startsWith(begun))
        return this.#held.length > blankMost ? this.end() : "";
      if (!begun.startsWith(opening)) return this.end();
      this.#state = "thinking";
      this.#held = begun.slice(opening.length);
    }
    if (this.#state === "thinking") {
      const at = this.#held.indexOf(closing);
      if (at === -1) {
        this.#held = this.#held.slice(-(closing.length - 1));
        return "";
      }
      this.#state = "after";
      this.#held = this.#held.slice(at + closing.length);
    }
    this.#held = this.#held.trimStart();
    return this.#held === "" ? "" : this.end();
  }

  /** No more comes: what was held is text, unless it was a thought that never ended. */
  end(): string {
    const rest = this.#state === "before" ? this.#held : this.#state === "after" ? this.#held.trimStart() : "";
    this.#state = "done";
    this.#held = "";
    return rest;
  }
}

/** An event after it. `isLess` = what a client waits for was taken out of it, so that it alone begins no answer. */
export type Rewritten = { data: string; isLess: boolean };

/** Changes what an upstream answered before anything else is made of it. */
export type AnswerRewrite = {
  /** For one stream: the data of an event as it goes on; null = nothing of it is left. */
  createEvents(): (data: string) => Rewritten | null;
  /** `body` is a complete answer that was read before. */
  whole(body: Buffer): Buffer;
};

/** Chats without the thought in tags at the beginning of each choice. */
export const withoutThinkTags: AnswerRewrite = {
  createEvents() {
    const choices = new Map<number, Choice>();
    return (data) => {
      const json = parseObject(data);
      return json && rewriteEvent(json, data, choices);
    };
  },
  whole(body) {
    const json = parseObject(body.toString("utf8"));
    if (!json || !Array.isArray(json.choices)) return body;
    let changed = false;
    for (const { message } of json.choices.filter(isObject)) {
      if (!isObject(message) || typeof message.content !== "string") continue;
      const stripper = new ThinkStripper();
      const left = stripper.push(message.content) + stripper.end();
      changed ||= left !== message.content;
      message.content = left;
    }
    return changed ? Buffer.from(JSON.stringify(json)) : body;
  },
};

/** `hasRole` = its role was told; some servers tell it again in every event. */
type Choice = { stripper: ThinkStripper; hasRole: boolean };

/** The data as it came wherever nothing of it changes. */
function rewriteEvent(json: Json, data: string, choices: Map<number, Choice>): Rewritten | null {
  let changed = false;
  let saysMore = isObject(json.usage);
  let isLess = true;
  for (const choice of Array.isArray(json.choices) ? json.choices.filter(isObject) : []) {
    const delta = isObject(choice.delta) ? choice.delta : {};
    const index = typeof choice.index === "number" ? choice.index : 0;
    const known = choices.get(index) ?? { stripper: new ThinkStripper(), hasRole: false };
    choices.set(index, known);
    const content = typeof delta.content === "string" ? delta.content : "";
    let left = known.stripper.push(content);
    if (choice.finish_reason) left += known.stripper.end();
    if (left !== content) {
      changed = true;
      choice.delta = { ...delta, content: left };
    }
    const others = Object.entries(delta).filter(([name, value]) => name !== "content" && value !== null);
    if (left !== "" || choice.finish_reason || others.some(([name]) => name !== "role")) {
      isLess = false;
      saysMore = true;
    } else if (others.length > 0 && !known.hasRole) saysMore = true;
    if (others.length > 0) known.hasRole = true;
  }
  if (!changed) return { data, isLess: false };
  return saysMore ? { data: JSON.stringify(json), isLess } : null;
}
