import type { CatalogueMatch, OfferedModel } from "@/lib/schemas/price-catalogue";

/** The new deployment of an offered model: with its list price and what it can do, where they are known. */
export function deploymentOf(providerId: string, { id, match }: OfferedModel): Record<string, unknown> {
  const deployment = { providerId, model: id };
  if (!match) return deployment;
  const { vendor: _vendor, model: _model, basis: _basis, ...known } = match;
  return { ...deployment, ...known };
}

/** False = the cost of its calls would stay unknown. */
export function hasPrice(match: CatalogueMatch | null): match is CatalogueMatch {
  return match !== null && (match.inputPrice !== null || match.outputPrice !== null || match.callPrice !== null);
}

/** How many of the chosen models would be added without any price. */
export function chosenWithoutPrice(models: readonly OfferedModel[], chosen: ReadonlySet<string>): number {
  return models.filter(({ id, match }) => chosen.has(id) && !hasPrice(match)).length;
}
