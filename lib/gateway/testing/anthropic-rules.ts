import { expect } from "vitest";

type Json = Record<string, unknown>;

/** The rules of Anthropic's API for messages. */
export function checkMessages(messages: unknown): void {
  const list = messages as { role: string; content: Json[] }[];
  const ids = new Set<string>();
  let waiting = new Set<string>();
  expect(list[0]?.role).toBe("user");
  for (const [at, { role, content }] of list.entries()) {
    expect(role).toBe(at % 2 === 0 ? "user" : "assistant");
    expect(content.length).toBeGreaterThan(0);
    let isFirst = true;
    for (const block of content) {
      if (block.type === "text") expect(String(block.text).trim()).not.toBe("");
      if (block.type === "tool_use") {
        expect(block.id).toMatch(/^[a-zA-Z0-9_-]+$/);
        expect(ids.has(String(block.id))).toBe(false);
        ids.add(String(block.id));
      }
      if (block.type === "tool_result") {
        expect(isFirst && waiting.delete(String(block.tool_use_id))).toBe(true);
      } else isFirst = false;
    }
    expect(waiting.size).toBe(0);
    waiting = new Set(content.filter(({ type }) => type === "tool_use").map(({ id }) => String(id)));
  }
  expect(waiting.size).toBe(0);
}
