import { parentPort } from "node:worker_threads";
import type { Encoding } from "../gateway/tokens.ts";
import type { TokenAnswer, TokenJob } from "./token-worker-protocol.ts";

/** The thread that counts tokens. A vocabulary is loaded when the first text asks for it. */

type CountTokens = (text: string, options: { disallowedSpecial: Set<string> }) => number;

const vocabularies: Record<Encoding, () => Promise<{ countTokens: CountTokens }>> = {
  o200k_base: () => import("gpt-tokenizer/encoding/o200k_base"),
  cl100k_base: () => import("gpt-tokenizer/encoding/cl100k_base"),
};

/** A client may write `<|endoftext|>`; it is text like any other. */
const asText = { disallowedSpecial: new Set<string>() };

/** The time of byte pair encoding grows with the square of a word; no word of any language is this long. */
const longestWord = 400;

function hasLongWord(text: string): boolean {
  const runs = /\S+|\s+/g;
  for (let start = 0; runs.test(text); start = runs.lastIndex) if (runs.lastIndex - start > longestWord) return true;
  return false;
}

function countIn(text: string, countTokens: CountTokens): number {
  if (!hasLongWord(text)) return countTokens(text, asText);
  let tokens = 0;
  for (let start = 0; start < text.length; start += longestWord)
    tokens += countTokens(text.slice(start, start + longestWord), asText);
  return tokens;
}

parentPort?.on("message", async ({ id, texts, encoding }: TokenJob) => {
  const { countTokens } = await vocabularies[encoding]();
  const tokens = texts.reduce((sum, text) => sum + countIn(text, countTokens), 0);
  parentPort?.postMessage({ id, tokens } satisfies TokenAnswer);
});
