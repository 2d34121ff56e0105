import { structureProblem } from "../source-lines.ts";

export type Plain = Record<string, unknown>;

export function isObject(value: unknown): value is Plain {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The object a field holds as JSON text; null = it holds none, or one that is not to be read. */
export function jsonObject(text: string): Plain | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && structureProblem(value) === null ? value : null;
  } catch {
    return null;
  }
}

/** A list written with commas: trimmed, each once. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(",").map((one) => one.trim()))].filter(Boolean);
}
