import { z } from "zod";
import { idText, listQuery, timestamp, usd } from "./common.ts";
import type { DeploymentView } from "./deployments.ts";
import type { PriceSource } from "./model-import.ts";
import type { CatalogueMatch, CataloguePrices } from "./price-catalogue.ts";

const price = usd.nullable().optional();

/** The five prices of a model, in the words of the management API. */
export const priceFields = ["inputPrice", "outputPrice", "cachedInputPrice", "cacheWritePrice", "callPrice"] as const;
export type PriceField = (typeof priceFields)[number];

/** New prices of a deployment from a moment on; without one, from now on. An absent price is unknown from then on. */
export const PriceChangeInput = z.strictObject({
  deploymentId: idText,
  effectiveAt: timestamp.nullable().optional(),
  inputPrice: price,
  outputPrice: price,
  cachedInputPrice: price,
  cacheWritePrice: price,
  callPrice: price,
});
/** Prices in nano-dollars. */
export type PriceChangeInput = z.infer<typeof PriceChangeInput>;

export const PriceChangeQuery = z.strictObject({
  limit: listQuery.limit,
  deploymentId: idText.optional(),
  state: z.enum(["pending", "applied"]).optional(),
});
export type PriceChangeQuery = z.infer<typeof PriceChangeQuery>;

/** A change of prices with its moment. Prices are decimal US dollars, times RFC 3339. */
export type PriceChangeView = CataloguePrices & {
  id: string;
  deployment: { id: string; name: string; provider: { id: string; name: string } };
  effectiveAt: string;
  source: PriceSource;
  actor: string;
  createdAt: string;
  /** Null while it is still to come. */
  appliedAt: string | null;
};

/** Which deployments take the catalogue's prices. `dryRun` answers with what would change and changes nothing. */
export const CatalogueMatchInput = z.strictObject({
  deploymentIds: z.array(idText).min(1).max(500),
  dryRun: z.boolean().default(false),
});
export type CatalogueMatchInput = z.infer<typeof CatalogueMatchInput>;

/** `outcome`: what became, or would become, of one deployment. */
export type CatalogueMatchRow = {
  deploymentId: string;
  name: string;
  provider: string;
  outcome: "changed" | "same" | "unknown" | "from_file";
  before: CataloguePrices;
  /** Null where the catalogue knows no such model. */
  after: CataloguePrices | null;
  basis: CatalogueMatch["basis"] | null;
};
export type CatalogueMatchView = { date: string; items: CatalogueMatchRow[] };

/** One deployment behind a name of the catalogue. */
export type ModelOffer = Pick<
  DeploymentView,
  | "id"
  | "name"
  | "model"
  | "provider"
  | "enabled"
  | "held"
  | "state"
  | "source"
  | "version"
  | "contextWindow"
  | "supports"
  | "priceSource"
  | "pricedAt"
  | PriceField
> & {
  /** Whether its provider is on. */
  providerEnabled: boolean;
  demo: boolean;
  groups: { id: string; name: string }[];
  /** Median time to the first token of the last day's calls, else of whole answers; null where none was measured. */
  latencyMs: number | null;
};

/**
 * Something a client can name in `model`. `kind`: an upstream model (`offers` are the deployments of it), a group or an
 * alias of one (`offers` are its members).
 */
export type CallableModel = {
  id: string;
  kind: "model" | "group" | "alias";
  /** Of a group or an alias: the group. */
  group: { id: string; name: string; enabled: boolean } | null;
  offers: ModelOffer[];
};

export type ModelCatalogueView = {
  items: CallableModel[];
  /** Price changes that are still to come. */
  pending: PriceChangeView[];
  /** When the catalogue's prices were looked up (YYYY-MM-DD). */
  catalogueDate: string;
};
