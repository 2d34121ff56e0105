import type { CataloguePrices } from "./price-catalogue.ts";

/** What a list says that a model can do; absent = it does not say. */
export type ListedSupports = { tools?: boolean; vision?: boolean; jsonSchema?: boolean };

/** A model of a provider's own list. Everything but `id` is what that list happens to say; null = it does not. */
export type ListedModel = {
  /** What is sent upstream as `model`. */
  id: string;
  ownedBy: string | null;
  /** The model behind a name that the account gave it, as Azure's deployments have one. */
  base: string | null;
  /** Tokens. */
  contextWindow: number | null;
  /** The provider's own prices in decimal US dollars per 1M tokens. */
  prices: CataloguePrices | null;
  supports: ListedSupports;
};

/** A provider's list as far as it was read. */
export type ModelList = {
  models: ListedModel[];
  /** Entries that cannot be used: no name, a name with spaces, the same name twice. */
  skipped: number;
  /** False = there is more than is read, so that a model which is not here may still exist. */
  complete: boolean;
};
