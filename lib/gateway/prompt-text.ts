import { isObject } from "./protocols/answer-format.ts";

const charactersMost = 4 * 1024 * 1024;

/** Members that hold what a model reads; addresses, data and identifiers are no prompt. */
const textMembers = [
  "text",
  "content",
  "input",
  "instructions",
  "prompt",
  "suffix",
  "query",
  "documents",
  "messages",
  "arguments",
  "output",
  "summary",
  "tool_calls",
  "function_call",
  "function",
  "refusal",
  "reasoning_content",
  "system",
  "thinking",
  "systemInstruction",
  "system_instruction",
  "contents",
  "parts",
  "functionCall",
  "functionResponse",
] as const;

/** What tools are called with and give back, where it stands as JSON: a model reads all of it. */
const dataMembers: ReadonlySet<string> = new Set(["input", "args", "response"]);

/** The text a model is given by a request, tool definitions as JSON, up to 4 M characters. For a tokenizer. */
export function promptTextOf(json: Record<string, unknown>): string {
  const pieces: string[] = [];
  let left = charactersMost;
  const add = (text: string): void => {
    if (left <= 0) return;
    pieces.push(text.slice(0, left));
    left -= text.length;
  };
  const collect = (value: unknown): void => {
    if (left <= 0) return;
    if (typeof value === "string") return add(value);
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isObject(value)) {
      for (const name of textMembers)
        if (Object.hasOwn(value, name) && !isData(name, value[name])) collect(value[name]);
      for (const name of dataMembers) if (isData(name, value[name])) add(JSON.stringify(value[name]));
    }
  };
  collect(json);
  for (const name of ["tools", "functions"]) if (Array.isArray(json[name])) add(JSON.stringify(json[name]));
  return pieces.join("\n");
}

function isData(name: string, value: unknown): boolean {
  return dataMembers.has(name) && isObject(value);
}
