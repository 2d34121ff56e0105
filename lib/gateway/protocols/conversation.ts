/**
 * The one form between all wire formats of conversations. A format is read into it and written from it, so a new format
 * meets every other one at once. It holds meaning, not wording: what has no meaning outside its own format stands in
 * `own` and reaches only providers of that format, whose calls pass byte for byte anyway.
 */

import type { FinishReason } from "../types.ts";

type Json = Record<string, unknown>;

export const wireNames = ["openai-chat", "openai-responses", "anthropic-messages", "gemini"] as const;
/** A wire format in which conversations are had. */
export type WireName = (typeof wireNames)[number];

/** Whose proof it is. A proof means something to its maker only; others carry it in an envelope (`signature.ts`). */
export type SignatureOrigin = "openai" | "anthropic" | "gemini";
/** What a provider signs a thought or a tool call with, to see it again untouched. Opaque. */
export type Signature = { origin: SignatureOrigin; value: string };

/** Up to here a prompt may be kept in the provider's cache; `ttl` null = the provider's usual time. */
export type CacheMark = { ttl: "5m" | "1h" | null };

export type MediaSource =
  /** `data` is base64. */
  | { kind: "base64"; mediaType: string; data: string }
  | { kind: "url"; url: string; mediaType: string | null }
  /** A file stored at the provider. */
  | { kind: "file"; id: string };

export type TextPart = { kind: "text"; text: string; cache?: CacheMark };
export type ImagePart = { kind: "image"; source: MediaSource; detail?: "auto" | "low" | "high"; cache?: CacheMark };
export type DocumentPart = {
  kind: "document";
  source: MediaSource | { kind: "text"; text: string };
  name: string | null;
  cache?: CacheMark;
};
/** `format` is `wav`, `mp3` …; `data` is base64. */
export type AudioPart = { kind: "audio"; format: string; data: string };
export type VideoPart = { kind: "video"; source: MediaSource };
/** A thought that can be read. `id` is the provider's own, where it has one. */
export type ReasoningPart = { kind: "reasoning"; text: string; signature: Signature | null; id?: string };
/** A thought that only its maker can read. */
export type SealedReasoningPart = { kind: "sealed_reasoning"; signature: Signature; id?: string };
export type ToolCallPart = {
  kind: "tool_call";
  id: string;
  name: string;
  /** JSON text as the model wrote it; of a custom tool: free text. */
  arguments: string;
  isCustom: boolean;
  signature: Signature | null;
  cache?: CacheMark;
};
export type ToolResultPart = {
  kind: "tool_result";
  callId: string;
  /** Of the tool, where the format tells or the call was seen before. */
  name: string | null;
  content: (TextPart | ImagePart | DocumentPart)[];
  isError: boolean;
  isCustom: boolean;
  cache?: CacheMark;
};
export type RefusalPart = { kind: "refusal"; text: string };

export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | VideoPart
  | ReasoningPart
  | SealedReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart;

/** `system` here = an instruction in the middle of a conversation. Tool results stand in turns of the user. */
export type Turn = { role: "user" | "assistant" | "system"; parts: Part[] };

export type Tool = {
  name: string;
  description: string | null;
  /** JSON schema; null = takes nothing. */
  parameters: Json | null;
  strict: boolean | null;
  /** Takes free text instead of JSON; its grammar as OpenAI words it, null = any text. */
  custom: { format: Json | null } | null;
  cache?: CacheMark;
};

export type ToolChoice = { kind: "auto" | "none" | "required" } | { kind: "tool"; name: string };

export type OutputFormat =
  | { kind: "text" }
  | { kind: "json" }
  | { kind: "schema"; name: string; schema: Json; description: string | null; strict: boolean | null };

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";
/** How much a model may think. Members that were not given are null. */
export type ReasoningWish = {
  effort: ReasoningEffort | null;
  /** Tokens; 0 = not at all, -1 = as many as the model likes. */
  budgetTokens: number | null;
  /** Thoughts, or a summary of them, are wanted in the answer. */
  shown: boolean | null;
};

/** A request. Absent numbers are null and stay absent in every format that does not need them. */
export type Conversation = {
  system: TextPart[];
  turns: Turn[];
  tools: Tool[];
  /** Tools a provider runs by itself (search, code): only their own format knows them. */
  hostedTools: Json[];
  toolChoice: ToolChoice | null;
  parallelToolCalls: boolean | null;
  output: OutputFormat | null;
  maxOutputTokens: number | null;
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  stop: string[];
  seed: number | null;
  presencePenalty: number | null;
  frequencyPenalty: number | null;
  /** Alternatives per token that are wanted; 0 = only the chosen token's. null = none. */
  topLogprobs: number | null;
  choices: number;
  reasoning: ReasoningWish | null;
  verbosity: "low" | "medium" | "high" | null;
  user: string | null;
  promptCacheKey: string | null;
  serviceTier: string | null;
  metadata: Json | null;
  stream: boolean;
  /** Members that mean something in their own format only, by name: what the judgement of features looks at. */
  own: Json;
};

export type { FinishReason };
export type Finish = { reason: FinishReason; stopSequence: string | null };

/** Tokens. `cached` and `cacheWrite` are parts of `input`, `reasoning` of `output`. */
export type AnswerUsage = { input: number; output: number; cached: number; cacheWrite: number; reasoning: number };

export type AnswerPart =
  | { kind: "text"; text: string }
  | { kind: "refusal"; text: string }
  | ReasoningPart
  | SealedReasoningPart
  | ToolCallPart
  /** A picture the model made. */
  | { kind: "image"; mediaType: string; data: string };

/** A whole answer; one choice. */
export type Answer = {
  /** The provider's own; null = it has none. */
  id: string | null;
  model: string | null;
  /** Epoch seconds. */
  createdAt: number | null;
  parts: AnswerPart[];
  finish: Finish | null;
  usage: AnswerUsage | null;
};

/** How a part of an answer begins in a stream. */
export type BlockHead =
  | { kind: "text" }
  | { kind: "refusal" }
  | { kind: "reasoning"; id?: string }
  | SealedReasoningPart
  | { kind: "tool_call"; id: string; name: string; isCustom: boolean }
  | { kind: "image"; mediaType: string; data: string };

/**
 * A step of an answer that comes as a stream. Order: `begin`, then blocks (`open`, any `text` and `signature`, `close`),
 * `usage` whenever it is known (the last counts), `finish` once. Indexes count from 0 in the order of opening. Blocks may
 * overlap: a format that cannot tell of two at once uses {@link BlockOrder} of `answer-pieces.ts`.
 */
export type AnswerPiece =
  | { kind: "begin"; id: string | null; model: string | null; createdAt: number | null }
  | { kind: "open"; index: number; block: BlockHead }
  /** More text, thought, refusal, or more of a tool call's arguments. */
  | { kind: "text"; index: number; text: string }
  | { kind: "signature"; index: number; signature: Signature }
  | { kind: "close"; index: number }
  | { kind: "usage"; usage: AnswerUsage }
  | { kind: "finish"; finish: Finish };
