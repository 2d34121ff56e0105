import { type Aggregator, isObject, type Json, parseObject } from "./answer-format.ts";

type Candidate = { head: Json; content: Json; parts: Json[] };

/**
 * Puts a stream together into the answer `generateContent` would have given: parts in their order, pieces of one text
 * joined. A part with a proof (`thoughtSignature`) stays a part of its own, as it must come back like that.
 */
export class GeminiAggregator implements Aggregator {
  #head: Json = {};
  readonly #candidates = new Map<number, Candidate>();

  add(data: string): void {
    const json = parseObject(data);
    if (!json) return;
    const { candidates, ...head } = json;
    this.#head = { ...this.#head, ...head };
    for (const piece of Array.isArray(candidates) ? candidates : []) {
      if (!isObject(piece)) continue;
      const index = typeof piece.index === "number" ? piece.index : 0;
      const known = this.#candidates.get(index) ?? { head: {}, content: {}, parts: [] };
      this.#candidates.set(index, known);
      merge(known, piece);
    }
  }

  result(): Json {
    const candidates = [...this.#candidates].sort(([a], [b]) => a - b);
    return {
      candidates: candidates.map(([, { head, content, parts }]) => ({ content: { ...content, parts }, ...head })),
      ...this.#head,
    };
  }
}

function merge(known: Candidate, { content, ...head }: Json): void {
  for (const [name, value] of Object.entries(head))
    if (name !== "__proto__") known.head[name] = inPieces.has(name) ? merged(known.head[name], value) : value;
  if (!isObject(content)) return;
  const { parts, ...rest } = content;
  known.content = { ...known.content, ...rest };
  for (const part of Array.isArray(parts) ? parts : []) {
    const last = known.parts.at(-1);
    if (isObject(part) && last && isSameText(last, part)) last.text = `${last.text}${part.text}`;
    else if (isObject(part)) known.parts.push({ ...part });
  }
}

/** Their lists come in pieces; all else of a candidate is said again as a whole. */
const inPieces = new Set(["logprobsResult", "citationMetadata"]);

function merged(known: unknown, value: unknown): unknown {
  if (!isObject(known) || !isObject(value)) return value;
  for (const [name, more] of Object.entries(value)) {
    const before = known[name];
    if (name === "__proto__") continue;
    if (Array.isArray(before) && Array.isArray(more)) for (const one of more) before.push(one);
    else known[name] = more;
  }
  return known;
}

const textMembers = new Set(["text", "thought"]);

function isSameText(last: Json, part: Json): boolean {
  return (
    [last, part].every(
      (one) => typeof one.text === "string" && Object.keys(one).every((name) => textMembers.has(name)),
    ) && (last.thought === true) === (part.thought === true)
  );
}
