import type { ListedModel, ListedSupports } from "../../schemas/listed-models.ts";
import { parseUsd } from "../../schemas/money.ts";
import type { CataloguePrices } from "../../schemas/price-catalogue.ts";
import { type Entry, entryOf, listedModel, type ModelPage, textOf, tokensOf } from "./entries.ts";

/** OpenAI's `{data: [{id}]}`; some servers send the bare array. Null = it is no list. */
export function readOpenaiPage(json: unknown): ModelPage | null {
  const entries = Array.isArray(json) ? json : entryOf(json).data;
  return Array.isArray(entries) ? { entries, next: null } : null;
}

/**
 * One model of OpenAI's list, with what compatible servers add to it: OpenRouter `context_length`, `pricing`,
 * `supported_parameters` and `architecture`; vLLM and SGLang `max_model_len`; Groq `context_window` and `active`;
 * Mistral `max_context_length` and `capabilities`; llama.cpp and LM Studio their own names for the window.
 */
export function readOpenaiModel(value: unknown): ListedModel | null {
  const entry = entryOf(value);
  if (entry.active === false) return null;
  return listedModel(entry.id, {
    ownedBy: textOf(entry.owned_by),
    contextWindow: windowOf(entry),
    prices: readPerTokenPrices(entry.pricing),
    supports: supportsOf(entry),
  });
}

function windowOf(entry: Entry): number | null {
  return tokensOf(
    entry.context_length,
    entry.max_model_len,
    entry.context_window,
    entry.max_context_length,
    entryOf(entry.top_provider).context_length,
    entryOf(entry.meta).n_ctx,
  );
}

/** OpenRouter's lists of what a request may contain, and Mistral's flags. */
function supportsOf(entry: Entry): ListedSupports {
  const supports: ListedSupports = {};
  const { supported_parameters: parameters } = entry;
  if (Array.isArray(parameters) && parameters.length > 0) {
    supports.tools = parameters.includes("tools");
    supports.jsonSchema = parameters.includes("structured_outputs");
  }
  const modalities = entryOf(entry.architecture).input_modalities;
  if (Array.isArray(modalities) && modalities.length > 0) supports.vision = modalities.includes("image");
  const capabilities = entryOf(entry.capabilities);
  if (typeof capabilities.function_calling === "boolean") supports.tools = capabilities.function_calling;
  if (typeof capabilities.vision === "boolean") supports.vision = capabilities.vision;
  return supports;
}

/**
 * OpenRouter's `pricing`: US dollars for one token, as decimal text. A negative price means that it depends on the call
 * (its routers have one), so nothing is known; a price it does not name is not known either.
 */
export function readPerTokenPrices(value: unknown): CataloguePrices | null {
  const pricing = entryOf(value);
  if (pricing.prompt === undefined && pricing.completion === undefined) return null;
  const prices: CataloguePrices = {
    inputPrice: perMillion(pricing.prompt),
    outputPrice: perMillion(pricing.completion),
    cachedInputPrice: perMillion(pricing.input_cache_read),
    cacheWritePrice: perMillion(pricing.input_cache_write),
    callPrice: amount(pricing.request),
  };
  // "Nothing for a call" is how this list says that calls have no price of their own.
  if (prices.callPrice === "0") prices.callPrice = null;
  return Object.values(prices).some((price) => price !== null) ? prices : null;
}

const decimal = /^(\d{1,9})(?:\.(\d{1,30}))?(?:e-(\d{1,2}))?$/i;

/** Text or number as exact decimal text, with the point moved to the right by `places`; null = not a price. */
function amount(value: unknown, places = 0): string | null {
  const match = typeof value === "string" || typeof value === "number" ? decimal.exec(String(value).trim()) : null;
  if (!match) return null;
  const [, whole = "0", fraction = "", exponent = "0"] = match;
  const shift = places - Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const padded = point < 0 ? "0".repeat(-point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 0);
  const text = `${padded.slice(0, at).replace(/^0+(?=\d)/, "") || "0"}.${padded.slice(at)}`.replace(/\.?0*$/, "");
  return "nanos" in parseUsd(text) ? text : null;
}

const perMillion = (value: unknown) => amount(value, 6);
