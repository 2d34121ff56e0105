import { isObject, type Json } from "./answer-format.ts";
import { blocksOf } from "./anthropic-blocks-write.ts";
import type { Turn } from "./conversation.ts";

/** A call that waits for its result: the id it came with, and the one it is written with. */
type OpenCall = { came: string; id: string };
type Message = { role: "user" | "assistant"; content: Json[] };

/** Stands where Anthropic wants a turn of the user and there is none. */
const nothingSaid = "(no message)";
const noResult = "The tool gave no result.";

/**
 * The turns as Anthropic takes them: turns of the two sides alternate and the user begins; none is empty; a call of a
 * tool has an id of its own and is answered in the very next turn, results first. Instructions in the midst of a
 * conversation stand in `<system>` tags in the user's turn. A result without a call is told as text.
 */
export function writeTurns(turns: readonly Turn[]): Message[] {
  const messages: Message[] = [];
  for (const { role, parts } of turns) {
    const side = role === "assistant" ? "assistant" : "user";
    let content = parts.flatMap(blocksOf);
    if (role === "system") content = content.map(asInstruction);
    const last = messages.at(-1);
    if (content.length === 0) continue;
    if (last?.role === side) last.content.push(...content);
    else messages.push({ role: side, content });
  }
  return paired(messages.filter(endsWithoutThought));
}

function asInstruction(block: Json): Json {
  return block.type === "text" ? { ...block, text: `<system>\n${String(block.text)}\n</system>` } : block;
}

/** A turn must not end with a thought: what followed is gone, so the thought goes too. False = nothing is left. */
function endsWithoutThought({ role, content }: Message): boolean {
  while (role === "assistant" && isThought(content.at(-1))) content.pop();
  return content.length > 0;
}

export function isThought(block: Json | undefined): boolean {
  return block?.type === "thinking" || block?.type === "redacted_thinking";
}

function paired(messages: Message[]): Message[] {
  const written: Message[] = [];
  const used = new Map<string, number>();
  let open: OpenCall[] = [];
  const say = (role: Message["role"], content: Json[]): void => {
    const last = written.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) written.push({ role, content });
  };
  for (const { role, content } of messages) {
    if (role === "user") {
      say("user", answered(content, open));
      open = [];
      continue;
    }
    if (written.length === 0) say("user", [{ type: "text", text: nothingSaid }]);
    say("user", answered([], open));
    open = [];
    const calls = content.map((block) => {
      if (block.type !== "tool_use") return block;
      const id = uniqueId(String(block.id), used);
      open.push({ came: String(block.id), id });
      return { ...block, id };
    });
    say("assistant", calls);
  }
  say("user", answered([], open));
  if (written.length === 0) say("user", [{ type: "text", text: nothingSaid }]);
  const last = written.at(-1);
  if (last?.role === "assistant") trimEnd(last);
  return written;
}

/** What a user says after calls of tools: their results first, then the rest. */
function answered(content: readonly Json[], open: readonly OpenCall[]): Json[] {
  const waiting = new Map<string, OpenCall[]>();
  for (const call of open.toReversed()) {
    const same = waiting.get(call.came);
    if (same) same.push(call);
    else waiting.set(call.came, [call]);
  }
  const done = new Set<OpenCall>();
  const results: Json[] = [];
  const rest: Json[] = [];
  for (const block of content) {
    if (block.type !== "tool_result") {
      rest.push(block);
      continue;
    }
    const callId = String(block.tool_use_id);
    const call = waiting.get(callId)?.pop();
    if (call) {
      done.add(call);
      results.push({ ...block, tool_use_id: call.id });
    } else rest.push(...resultAsText(callId, block.content));
  }
  for (const call of open) {
    if (done.has(call)) continue;
    const content = [{ type: "text", text: noResult }];
    results.push({ type: "tool_result", tool_use_id: call.id, content, is_error: true });
  }
  return [...results, ...rest];
}

function resultAsText(callId: string, content: unknown): Json[] {
  const blocks = Array.isArray(content) ? content.filter(isObject) : [];
  return [{ type: "text", text: `Result of the tool call ${callId}:` }, ...blocks];
}

/** Letters, digits, `_` and `-` only, and each id once. */
function uniqueId(id: string, used: Map<string, number>): string {
  const clean = id.replace(/[^a-zA-Z0-9_-]/g, "_") || "call";
  let unique = clean;
  let count = used.get(clean) ?? 0;
  while (used.has(unique)) unique = `${clean}_${++count}`;
  used.set(unique, 1);
  if (unique !== clean) used.set(clean, count);
  return unique;
}

/** An answer that is to go on must not end with white space. */
function trimEnd({ content }: Message): void {
  const last = content.at(-1);
  if (last && typeof last.text === "string") last.text = last.text.trimEnd();
}
