import type { Clock } from "./clock.ts";
import type { Usage } from "./types.ts";

/** Counts the tokens of texts as a model's tokenizer would, somewhere that is not the event loop of the calls. */
export type TokenCounter = {
  /** The tokens of all texts together. Never rejects: what cannot be counted in time is reckoned by its size. */
  count(texts: readonly string[], model: string): Promise<number>;
};

/** How long the end of an answer may wait for a count; after that the size of the texts decides. */
export const countWaitMs = 200;

const bytesPerToken = 4;
const sampledCharacters = 4096;

/**
 * Reckons tokens by size: four bytes of UTF-8 each, which is near for English and for Chinese, Japanese and Korean
 * alike. Of a long text only the beginning is measured, as a kind of writing rarely changes in the middle.
 */
export function roughTokens(text: string): number {
  if (text.length <= sampledCharacters) return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
  const bytesPerCharacter = Buffer.byteLength(text.slice(0, sampledCharacters)) / sampledCharacters;
  return Math.ceil((text.length * bytesPerCharacter) / bytesPerToken);
}

/** A counter that only reckons. For tests, and for whoever wants no tokenizer. */
export const roughTokenCounter: TokenCounter = {
  count: async (texts) => texts.reduce((sum, text) => sum + roughTokens(text), 0),
};

export type Encoding = "o200k_base" | "cl100k_base";

/**
 * The encoding of OpenAI's model, whatever stands in front of its name: the older ones and the embeddings use
 * cl100k_base, everything since GPT-4o uses o200k_base. Other vendors do not publish theirs; the newer one is nearest.
 */
export function encodingOf(model: string): Encoding {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return /^(gpt-4(?![o.\d])|gpt-3\.5|gpt-35|text-embedding-|davinci-002|babbage-002)/.test(name)
    ? "cl100k_base"
    : "o200k_base";
}

/**
 * What a chat adds around its messages: three tokens each, three more that begin the answer. From "Counting tokens for
 * chat completions API calls" in OpenAI's cookbook.
 */
export function chatOverheadTokens(messages: number): number {
  return messages === 0 ? 0 : messages * 3 + 3;
}

export type EstimateInput = {
  counter: TokenCounter;
  clock: Clock;
  /** The upstream's model. */
  model: string;
  promptText: string;
  /** Messages of a chat; 0 where the prompt is none. */
  promptMessages: number;
  /** What was received of the answer. */
  answerText: string;
  /** The half the provider told, if it told one. */
  told: { input: number | null; output: number | null };
};

/**
 * Usage where the provider told none or half of it: tokens counted in the texts, marked as an estimate. Takes at most
 * {@link countWaitMs}.
 */
export async function estimateUsage(input: EstimateInput): Promise<Usage> {
  const { promptText, promptMessages, answerText, told } = input;
  const [prompt, answer] = await Promise.all([
    told.input ?? countInTime(input, promptText),
    told.output ?? countInTime(input, answerText),
  ]);
  return {
    input: told.input ?? prompt + chatOverheadTokens(promptMessages),
    output: answer,
    cached: 0,
    cacheWrite: 0,
    reasoning: 0,
    source: "estimate",
  };
}

async function countInTime({ counter, clock, model }: EstimateInput, text: string): Promise<number> {
  if (text === "") return 0;
  let timer: unknown = null;
  const late = new Promise<number>((resolve) => {
    timer = clock.setTimeout(() => resolve(roughTokens(text)), countWaitMs);
  });
  try {
    return await Promise.race([counter.count([text], model), late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
