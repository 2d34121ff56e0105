import { nanosToUsd } from "../schemas/money.ts";
import {
  type CatalogueEntry,
  type CatalogueEntryView,
  type CatalogueMatch,
  type CataloguePrices,
  PriceCatalogueFile,
} from "../schemas/price-catalogue.ts";
import { PriceIndex } from "./match.ts";
import bundledFile from "./prices.json" with { type: "json" };

/** Prices that come with the product. A starting point: each deployment's own prices decide what a call costs. */
export const bundled: PriceCatalogueFile = PriceCatalogueFile.parse(bundledFile);

/** A price catalogue in use: the bundled one, or a file's before it or in its place. */
export class PriceCatalogue {
  readonly date: string;
  readonly note: string | null;
  readonly source: "bundled" | "file";
  readonly #own: readonly CatalogueEntry[];
  readonly #bundled: readonly CatalogueEntry[];
  readonly #index: PriceIndex;

  constructor(file: PriceCatalogueFile | null = null) {
    const { date, note, entries } = file ?? bundled;
    this.date = date;
    this.note = note ?? null;
    this.source = file ? "file" : "bundled";
    this.#own = file ? entries : [];
    this.#bundled = file?.extendsBundled === false ? [] : bundled.entries;
    this.#index = new PriceIndex([...this.#own, ...this.#bundled]);
  }

  /** All entries, those of the file first. */
  get entries(): CatalogueEntryView[] {
    return [
      ...this.#own.map((entry) => entryView(entry, "file")),
      ...this.#bundled.map((entry) => entryView(entry, "bundled")),
    ];
  }

  /** What this model costs at the provider of this address, by the rules of {@link PriceIndex}; null = not known. */
  match(baseUrl: string, model: string): CatalogueMatch | null {
    const found = this.#index.match(baseUrl, model);
    if (!found) return null;
    const { entry, free, basis } = found;
    return {
      vendor: entry.vendor,
      model: found.model,
      basis,
      ...(free ? pricesView({ input: 0, output: 0 }) : pricesView(entry)),
      contextWindow: entry.contextWindow ?? null,
      supports: entry.supports ?? {},
    };
  }
}

function entryView(entry: CatalogueEntry, source: CatalogueEntryView["source"]): CatalogueEntryView {
  const { vendor, models, contextWindow, supports } = entry;
  return {
    vendor,
    models,
    ...pricesView(entry),
    contextWindow: contextWindow ?? null,
    supports: supports ?? {},
    source,
  };
}

type Asked = Partial<Pick<CatalogueEntry, "input" | "output" | "cachedInput" | "cacheWrite" | "call">>;

function pricesView({ input, output, cachedInput, cacheWrite, call }: Asked): CataloguePrices {
  const usd = (nanos: number | undefined) => (nanos === undefined ? null : nanosToUsd(nanos));
  return {
    inputPrice: usd(input),
    outputPrice: usd(output),
    cachedInputPrice: usd(cachedInput),
    cacheWritePrice: usd(cacheWrite),
    callPrice: usd(call),
  };
}
