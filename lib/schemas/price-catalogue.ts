import { z } from "zod";
import { listQuery, modelName, usd, whole } from "./common.ts";
import type { ListedModel } from "./listed-models.ts";

const price = usd.optional();

/** The host of an address, or a name the catalogue has for a vendor: `openai`, `llm.example.com`. */
const vendorName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?$/);

/** What one vendor asks for one or several models. Prices in US dollars per 1M tokens; what is absent is unknown. */
const CatalogueEntry = z.strictObject({
  vendor: vendorName,
  models: z.array(modelName).min(1).max(100),
  input: price,
  cachedInput: price,
  cacheWrite: price,
  output: price,
  call: price,
  contextWindow: whole(1, 2_000_000_000).optional(),
  supports: z
    .strictObject({
      stream: z.boolean().optional(),
      nonStream: z.boolean().optional(),
      tools: z.boolean().optional(),
      vision: z.boolean().optional(),
      jsonSchema: z.boolean().optional(),
    })
    .optional(),
});
/** Prices in nano-dollars. */
export type CatalogueEntry = z.output<typeof CatalogueEntry>;

/** A price catalogue as a file: the bundled one, and the one named by `PRICE_CATALOGUE`. */
export const PriceCatalogueFile = z.strictObject({
  /** When these prices were looked up. */
  date: z.iso.date(),
  currency: z.literal("USD"),
  note: z.string().max(2000).optional(),
  /** False = this file alone; else its entries go before the bundled ones. */
  extendsBundled: z.boolean().optional(),
  entries: z.array(CatalogueEntry).max(20_000),
});
export type PriceCatalogueFile = z.output<typeof PriceCatalogueFile>;

export const PriceCatalogueQuery = z.strictObject(listQuery);
export type PriceCatalogueQuery = z.infer<typeof PriceCatalogueQuery>;

/** What the catalogue knows about a model, in the words of a deployment: decimal US dollars, null = unknown. */
export type CataloguePrices = {
  inputPrice: string | null;
  outputPrice: string | null;
  cachedInputPrice: string | null;
  cacheWritePrice: string | null;
  callPrice: string | null;
};

export type CatalogueEntryView = CataloguePrices & {
  vendor: string;
  models: string[];
  contextWindow: number | null;
  supports: NonNullable<CatalogueEntry["supports"]>;
  source: "bundled" | "file";
};

/** Why the file is not in use as it is now; the last good one is. */
export type CatalogueProblem = {
  code: "missing" | "not_a_file" | "too_large" | "not_json" | "invalid" | "unreadable";
  message: string;
};

export type PriceCatalogueView = {
  items: CatalogueEntryView[];
  nextCursor: string | null;
  total: number;
  /** When the prices were looked up (YYYY-MM-DD): of the file where there is one. */
  date: string;
  currency: "USD";
  source: "bundled" | "file";
  note: string | null;
  problem: CatalogueProblem | null;
  /** When the file was last read without a problem; null = never, or there is none. */
  lastGoodAt: string | null;
};

/**
 * A model of a provider's list with what the catalogue has for it. `basis`: the provider is known by its `host`, or
 * only the model is known by its `name` and the provider may ask another price.
 */
export type CatalogueMatch = CataloguePrices & {
  vendor: string;
  model: string;
  basis: "host" | "name";
  contextWindow: number | null;
  supports: NonNullable<CatalogueEntry["supports"]>;
};

/** A model of a provider's own list; `match` is null where the catalogue knows no such model. */
export type OfferedModel = ListedModel & { match: CatalogueMatch | null };

/** A provider's own list, and the prices it was matched with. `complete` false = it has more than is read. */
export type OfferedModels = {
  items: OfferedModel[];
  nextCursor: null;
  total: number;
  complete: boolean;
  catalogue: Pick<PriceCatalogueView, "date" | "source" | "problem">;
};
