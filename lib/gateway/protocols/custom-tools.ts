import { isObject, parseObject } from "./answer-format.ts";
import type { Answer, AnswerPart, AnswerPiece, Tool, ToolCallPart } from "./conversation.ts";

/**
 * OpenAI's custom tools take free text. Formats without them get a function with one string, `input`; its calls are
 * turned back into calls of the custom tool before a client sees them.
 */

const inputMember = "input";

/** A tool as every format knows it; one that is no custom tool stays as it is. */
export function asFunction(tool: Tool): Tool {
  if (!tool.custom) return tool;
  const grammar = grammarOf(tool.custom.format);
  const description = [tool.description, grammar && `The input must follow this grammar:\n${grammar}`];
  return {
    ...tool,
    description: description.filter(Boolean).join("\n\n") || null,
    parameters: {
      type: "object",
      properties: { [inputMember]: { type: "string", description: "The whole input of the tool, as plain text." } },
      required: [inputMember],
      additionalProperties: false,
    },
    custom: null,
  };
}

/** Chat words it `{grammar: {definition, syntax}}`, Responses `{definition, syntax}`. */
function grammarOf(format: Record<string, unknown> | null): string | null {
  const grammar = isObject(format?.grammar) ? format.grammar : format;
  return typeof grammar?.definition === "string" ? grammar.definition : null;
}

/** The arguments of a call as JSON text; free text becomes the one member of {@link asFunction}. */
export function argumentsAsJson(call: Pick<ToolCallPart, "arguments" | "isCustom">): string {
  return call.isCustom ? JSON.stringify({ [inputMember]: call.arguments }) : call.arguments;
}

/** The free text in the arguments of a function that stands for a custom tool; arguments that are none stay as they are. */
export function inputOf(argumentsText: string): string {
  const input = parseObject(argumentsText)?.[inputMember];
  return typeof input === "string" ? input : argumentsText;
}

function customNames(tools: readonly Tool[]): Set<string> {
  return new Set(tools.filter(({ custom }) => custom).map(({ name }) => name));
}

/** An answer whose calls of functions that stand for custom tools are calls of these tools. */
export function withCustomCalls(answer: Answer, tools: readonly Tool[]): Answer {
  const names = customNames(tools);
  if (names.size === 0) return answer;
  const restored = (part: AnswerPart): AnswerPart =>
    part.kind === "tool_call" && !part.isCustom && names.has(part.name)
      ? { ...part, isCustom: true, arguments: inputOf(part.arguments) }
      : part;
  return { ...answer, parts: answer.parts.map(restored) };
}

/** The same for a stream. Arguments of such a call are held until it is closed: only then they are JSON. */
export class CustomCalls {
  readonly #names: Set<string>;
  readonly #held = new Map<number, string>();

  constructor(tools: readonly Tool[]) {
    this.#names = customNames(tools);
  }

  push(piece: AnswerPiece): AnswerPiece[] {
    if (piece.kind === "open") {
      const { block, index } = piece;
      if (block.kind !== "tool_call" || block.isCustom || !this.#names.has(block.name)) return [piece];
      this.#held.set(index, "");
      return [{ ...piece, block: { ...block, isCustom: true } }];
    }
    if (this.#held.size === 0 || (piece.kind !== "text" && piece.kind !== "close")) return [piece];
    const held = this.#held.get(piece.index);
    if (held === undefined) return [piece];
    if (piece.kind === "text") {
      this.#held.set(piece.index, held + piece.text);
      return [];
    }
    this.#held.delete(piece.index);
    const text = inputOf(held);
    return text ? [{ kind: "text", index: piece.index, text }, piece] : [piece];
  }
}
