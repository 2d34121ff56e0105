import { reportedUsdToNanos } from "./reported-cost.ts";
import type { EndpointName, Usage } from "./types.ts";

/**
 * What upstreams say about tokens, in every shape they say it in, read into one. Where it stands:
 *
 * | Who | Where | Names |
 * |---|---|---|
 * | OpenAI chat, completions and all who copy it | `usage` (Groq's streams: `x_groq.usage`) | `prompt_tokens`, `completion_tokens`, `…_details` |
 * | OpenAI Responses, images, audio | `usage`, in stream events `response.usage` | `input_tokens`, `output_tokens`, `…_details`, `type: "duration"` |
 * | Anthropic Messages | `usage`, in `message_start` `message.usage` | `input_tokens` without caches, `cache_read_input_tokens`, `cache_creation_input_tokens` |
 * | Gemini | `usageMetadata`, in every event of a stream, the last counts | `promptTokenCount`, `candidatesTokenCount` without `thoughtsTokenCount` |
 * | embeddings, rerank | `usage`, Cohere `meta.tokens` and `meta.billed_units` | `prompt_tokens` or only `total_tokens`, `search_units` |
 * | DeepSeek | `usage` | `prompt_cache_hit_tokens` |
 * | OpenRouter, Perplexity | `usage` | `cost` in US dollars |
 *
 * A whole answer: `readUsageReport(json, endpoint)`. A stream: `meter.add(readUsagePiece(json))` for each event that was
 * parsed, `meter.report()` at its end, however it ended.
 */

type Json = Record<string, unknown>;

/** What one JSON object says. Counts as the upstream means them; null = not told. */
export type UsagePiece = {
  /** Without what was read from or written to a cache if `cachesApart`. */
  input: number | null;
  output: number | null;
  total: number | null;
  cached: number | null;
  cacheWrite: number | null;
  reasoning: number | null;
  /** Anthropic counts cached tokens beside `input`, all others inside it. */
  cachesApart: boolean;
  /** Said again, with more, by later events: laid over what is known member by member. */
  partOfMore: boolean;
  /** Said before the answer was there (Anthropic's `message_start`). */
  provisional: boolean;
  unit: UsageUnit | null;
  costNanos: number | null;
  /** A count, or the cost, cannot be true: negative, not whole, not a number, or absurdly large. */
  implausible: boolean;
};

/** What a provider charges by. Only tokens can be priced per token; the others have a price per call or none. */
export type UsageUnit = "tokens" | "seconds" | "searches";

/** All that an answer, whole or cut off, said about what it used. */
export type UsageReport = {
  /** Null = not told, or not believed. */
  usage: Usage | null;
  /** The half that was told where the other was not; the counter of tokens fills in the rest. */
  partial: { input: number | null; output: number | null };
  /** `usage.output` was said before the answer was there, so that a cut answer has more. */
  provisional: boolean;
  /** Null = nothing was said. */
  unit: UsageUnit | null;
  /** What the provider says the call costs, in nano-dollars. */
  costNanos: number | null;
  /** Something that was said is not believed; the call carries the flag {@link usageImplausible}. */
  implausible: boolean;
};

/** The flag of a call whose upstream reported counts or a cost that cannot be true. */
export const usageImplausible = "usage_implausible";

/** A report that says nothing, for answers that cannot carry usage (speech, a relayed body that is not JSON). */
export const noUsageReport: UsageReport = {
  usage: null,
  partial: { input: null, output: null },
  provisional: false,
  unit: null,
  costNanos: null,
  implausible: false,
};

const inputOnly: ReadonlySet<EndpointName> = new Set(["embeddings", "moderations", "rerank"]);

/** No answer of today has a thousandth of this many tokens, and columns of calls hold no more. */
const countLimit = 2 ** 31;

/** Reads a whole answer. `json` is its parsed body. */
export function readUsageReport(json: Json, endpoint: EndpointName): UsageReport {
  const meter = new UsageMeter(endpoint);
  meter.add(readUsagePiece(json));
  return meter.report();
}

/** What one parsed answer or event says about usage; null = nothing, which is what nearly all events say. */
export function readUsagePiece(json: Json): UsagePiece | null {
  const { usage } = json;
  if (isObject(usage)) return pieceOf(usage, false);
  if (isObject(json.response)) return isObject(json.response.usage) ? pieceOf(json.response.usage, false) : null;
  if (isObject(json.message)) return isObject(json.message.usage) ? pieceOf(json.message.usage, true) : null;
  if (isObject(json.x_groq)) return isObject(json.x_groq.usage) ? pieceOf(json.x_groq.usage, false) : null;
  if (isObject(json.usageMetadata)) return geminiCounts(json.usageMetadata);
  if (isObject(json.meta)) return billedUnits(json.meta);
  return null;
}

/** Whether a client may be shown it: both halves are there and can be true. Strict clients give up on anything less. */
export function isWholeUsage(piece: UsagePiece | null): boolean {
  return piece !== null && piece.input !== null && piece.output !== null;
}

/**
 * Adds up what the events of one stream say. The last complete object counts, once: upstreams that send running totals
 * or a provisional count before the final one are not added together, and what comes as null, in part or as nonsense
 * after a complete object takes nothing away.
 */
export class UsageMeter {
  readonly #hasOutput: boolean;
  #known: UsagePiece | null = null;
  #isComplete = false;
  #unit: UsageUnit | null = null;
  #costNanos: number | null = null;
  #implausible = false;

  constructor(endpoint: EndpointName) {
    this.#hasOutput = !inputOnly.has(endpoint);
  }

  add(piece: UsagePiece | null): void {
    if (!piece) return;
    if (piece.implausible) this.#implausible = true;
    if (piece.costNanos !== null) this.#costNanos = piece.costNanos;
    if (piece.unit !== null) this.#unit = piece.unit;
    if (piece.input === null && piece.output === null && piece.total === null) return;
    const counts = this.#countsOf(piece);
    if (counts && !piece.partOfMore) {
      this.#known = piece;
      this.#isComplete = true;
    } else if (piece.partOfMore || !this.#isComplete) {
      this.#known = this.#known ? laidOver(this.#known, piece) : piece;
      this.#isComplete = this.#countsOf(this.#known) !== null;
    }
  }

  report(): UsageReport {
    const known = this.#known;
    const usage = known && this.#countsOf(known);
    return {
      usage,
      partial: usage || !known ? noUsageReport.partial : { input: known.input || null, output: known.output || null },
      provisional: usage !== null && known?.provisional === true,
      unit: this.#unit,
      costNanos: this.#costNanos,
      implausible: this.#implausible,
    };
  }

  /** Null = a half is missing, or all is zero, which is how some servers say that they do not count. */
  #countsOf(piece: UsagePiece): Usage | null {
    const cached = piece.cached ?? 0;
    const cacheWrite = piece.cacheWrite ?? 0;
    let { input, output } = piece;
    if (input !== null && piece.cachesApart) input = Math.min(input + cached + cacheWrite, countLimit - 1);
    if (!this.#hasOutput) {
      input ??= piece.total;
      output = 0;
    } else if (piece.total !== null) {
      if (output === null && input !== null && piece.total >= input) output = piece.total - input;
      if (input === null && output !== null && piece.total >= output) input = piece.total - output;
    }
    if (input === null || output === null || input + output === 0) return null;
    // xAI and Gemini bill thinking as output and count it in the total only.
    const unseen = this.#hasOutput && piece.total !== null ? Math.max(0, piece.total - input - output) : 0;
    output += unseen;
    const cachedPart = Math.min(cached, input);
    return {
      input,
      output,
      cached: cachedPart,
      cacheWrite: Math.min(cacheWrite, input - cachedPart),
      reasoning: Math.min(Math.max(piece.reasoning ?? 0, unseen), output),
      source: "provider",
    };
  }
}

/** Running totals never fall, so a 0 in a later piece is a member left empty. */
function laidOver(known: UsagePiece, later: UsagePiece): UsagePiece {
  return {
    input: later.input || known.input,
    output: later.output || known.output,
    total: later.total || known.total,
    cached: later.cached || known.cached,
    cacheWrite: later.cacheWrite || known.cacheWrite,
    reasoning: later.reasoning || known.reasoning,
    cachesApart: later.cachesApart || known.cachesApart,
    partOfMore: later.partOfMore,
    provisional: known.provisional && later.output === null,
    unit: later.unit,
    costNanos: later.costNanos,
    implausible: later.implausible,
  };
}

function pieceOf(usage: Json, provisional: boolean): UsagePiece {
  const reader = new CountReader();
  const named = usage.prompt_tokens === undefined && usage.completion_tokens === undefined;
  const total = reader.required(usage.total_tokens);
  const input = reader.required(named ? usage.input_tokens : usage.prompt_tokens);
  const output = reader.required(named ? usage.output_tokens : usage.completion_tokens);
  const inputDetails = objectOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const outputDetails = objectOf(usage.completion_tokens_details ?? usage.output_tokens_details);
  const cached = reader.detail(
    inputDetails.cached_tokens ?? usage.cache_read_input_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
  );
  const cacheWrite = reader.detail(
    inputDetails.cache_write_tokens ?? inputDetails.cache_creation_tokens ?? usage.cache_creation_input_tokens,
  );
  const reasoning = reader.detail(
    outputDetails.reasoning_tokens ?? outputDetails.thinking_tokens ?? usage.reasoning_tokens,
  );
  const cost = reportedCost(usage);
  const believed = reader.believed;
  return {
    input: believed ? input : null,
    output: believed ? output : null,
    total: believed ? total : null,
    cached,
    cacheWrite,
    reasoning,
    // Only Anthropic has these names beside `input_tokens`; in a chat object they are part of `prompt_tokens`.
    cachesApart: named && usage.input_tokens_details === undefined,
    partOfMore: named && total === null,
    provisional,
    unit: unitOf(usage),
    costNanos: cost.nanos,
    implausible: reader.implausible || cost.implausible,
  };
}

/** Google counts thoughts beside what it says, and what its own tools gave the model beside the prompt. */
function geminiCounts(counts: Json): UsagePiece {
  const reader = new CountReader();
  const sumOf = (first: unknown, second: unknown): number | null => {
    const [one, other] = [reader.required(first), reader.required(second)];
    return one === null && other === null ? null : (one ?? 0) + (other ?? 0);
  };
  const input = sumOf(counts.promptTokenCount, counts.toolUsePromptTokenCount);
  const output = sumOf(counts.candidatesTokenCount, counts.thoughtsTokenCount);
  const total = reader.required(counts.totalTokenCount);
  const cached = reader.detail(counts.cachedContentTokenCount);
  const reasoning = reader.detail(counts.thoughtsTokenCount);
  const believed = reader.believed;
  return {
    ...pieceOf({}, false),
    input: believed ? input : null,
    output: believed ? output : null,
    total: believed ? total : null,
    cached,
    reasoning,
    cachesApart: false,
    partOfMore: false,
    implausible: reader.implausible,
  };
}

/** Transcriptions are billed by tokens or by seconds, and say which. */
function unitOf(usage: Json): UsageUnit {
  return usage.type === "duration" ? "seconds" : "tokens";
}

/** Cohere's way: `meta.tokens` are the counts, `meta.billed_units` what is paid for. */
function billedUnits(meta: Json): UsagePiece | null {
  const billed = objectOf(meta.billed_units);
  const tokens = [billed, objectOf(meta.tokens)].find((part) => part.input_tokens ?? part.output_tokens);
  if (tokens) return pieceOf(tokens, false);
  if (billed.search_units === undefined || billed.search_units === null) return null;
  return { ...pieceOf({}, false), unit: "searches" };
}

/**
 * `cost` is what the account was charged. With a key of one's own behind OpenRouter that is its fee, and the price of
 * the model stands beside it. Perplexity makes `cost` an object with a sum.
 */
function reportedCost(usage: Json): { nanos: number | null; implausible: boolean } {
  const { cost } = usage;
  if (cost === undefined || cost === null) return { nanos: null, implausible: false };
  const told = reportedUsdToNanos(isObject(cost) ? cost.total_cost : cost);
  if (told === null) return { nanos: null, implausible: !isObject(cost) || cost.total_cost !== undefined };
  if (usage.is_byok !== true) return { nanos: told, implausible: false };
  const upstream = reportedUsdToNanos(objectOf(usage.cost_details).upstream_inference_cost);
  return { nanos: upstream === null ? null : told + upstream, implausible: false };
}

/** Reads the counts of one object and remembers whether one of them cannot be true. */
class CountReader {
  implausible = false;
  /** False = a count without which the object is worth nothing is nonsense. */
  believed = true;

  required(value: unknown): number | null {
    const count = this.detail(value);
    if (count === null && value !== undefined && value !== null) this.believed = false;
    return count;
  }

  detail(value: unknown): number | null {
    if (value === undefined || value === null) return null;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < countLimit) return value;
    this.implausible = true;
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}
