import { isDeepStrictEqual } from "node:util";
import { getDeployment, updateDeployment } from "../db/deployments.ts";
import { readCallable } from "../db/model-catalogue.ts";
import { listPriceChanges, schedulePriceChange, takeCataloguePrices } from "../db/price-changes.ts";
import { getProvider } from "../db/providers.ts";
import { readStats } from "../db/stats.ts";
import type { Actor } from "../schemas/audit.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import type {
  CatalogueMatchInput,
  CatalogueMatchRow,
  CatalogueMatchView,
  ModelCatalogueView,
  PriceChangeInput,
  PriceChangeView,
} from "../schemas/models.ts";
import { usdToNanos } from "../schemas/money.ts";
import type { CatalogueMatch, CataloguePrices } from "../schemas/price-catalogue.ts";
import { withStates } from "./live-state.ts";
import { catalogueDateMs, priceMatcher } from "./price-catalogue.ts";
import { environment } from "./runtime.ts";

const pendingMost = 500;
const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Everything that can be called, with live states and what was measured in the last day. */
export async function modelCatalogue(): Promise<ModelCatalogueView> {
  const zones = { shown: environment().timeZone, days: environment().timeZone };
  const [callable, pending, dateMs, stats] = await Promise.all([
    readCallable(),
    listPriceChanges({ state: "pending", limit: pendingMost }),
    catalogueDateMs(),
    readStats({ range: "24h", by: "deployment" }, zones),
  ]);
  const alive = new Map((await withStates(callable.deployments)).map((one) => [one.id, one]));
  const measured = new Map(
    stats.groups?.map(({ id, totals }) => [id, totals.firstTokenMs?.p50 ?? totals.totalMs?.p50 ?? null]),
  );
  const items = callable.items.map((item) => ({
    ...item,
    offers: item.offers.map((offer) => ({
      ...offer,
      state: alive.get(offer.id)?.state ?? null,
      latencyMs: measured.get(offer.id) ?? null,
    })),
  }));
  return { items, pending: pending.items, catalogueDate: dayText(dateMs) };
}

/** New prices from now on, or from the moment named; answers with the planned change, or the deployment changed. */
export async function changePrices(
  { effectiveAt, ...input }: PriceChangeInput,
  actor: Actor,
): Promise<PriceChangeView | DeploymentView> {
  if (effectiveAt != null) return await schedulePriceChange({ ...input, effectiveAt }, actor);
  const { deploymentId, ...prices } = input;
  return await updateDeployment(deploymentId, wholePrices(prices), actor);
}

const wholePrices = (prices: Omit<PriceChangeInput, "deploymentId" | "effectiveAt">) => ({
  inputPrice: prices.inputPrice ?? null,
  outputPrice: prices.outputPrice ?? null,
  cachedInputPrice: prices.cachedInputPrice ?? null,
  cacheWritePrice: prices.cacheWritePrice ?? null,
  callPrice: prices.callPrice ?? null,
});

function pricesOf(one: CataloguePrices): CataloguePrices {
  const { inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice } = one;
  return { inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice };
}

/** Compares deployments with the catalogue and, unless only asked, gives them its prices. @throws SluiceError `not_found` */
export async function matchCatalogue(
  { deploymentIds, dryRun }: CatalogueMatchInput,
  actor: Actor,
): Promise<CatalogueMatchView> {
  const dateMs = await catalogueDateMs();
  const matchers = new Map<string, Awaited<ReturnType<typeof priceMatcher>>>();
  const matcherOf = async (providerId: string) => {
    const known = matchers.get(providerId) ?? (await priceMatcher((await getProvider(providerId)).baseUrl));
    matchers.set(providerId, known);
    return known;
  };
  const items: CatalogueMatchRow[] = [];
  for (const id of new Set(deploymentIds)) {
    const deployment = await getDeployment(id);
    const match = (await matcherOf(deployment.providerId))({
      ...{ id: deployment.model, ownedBy: null, base: null, contextWindow: null, prices: null, supports: {} },
    });
    const row = rowOf(deployment, match);
    items.push(row);
    if (dryRun || row.outcome !== "changed" || row.after === null || row.basis === null) continue;
    await takeCataloguePrices(id, nanosOf(row.after), { source: row.basis, atMs: dateMs }, actor);
  }
  return { date: dayText(dateMs), items };
}

function rowOf(deployment: DeploymentView, match: CatalogueMatch | null): CatalogueMatchRow {
  const before = pricesOf(deployment);
  const after = match && Object.values(pricesOf(match)).some((price) => price !== null) ? pricesOf(match) : null;
  const outcome =
    after === null
      ? "unknown"
      : isDeepStrictEqual(before, after)
        ? "same"
        : deployment.source === "file"
          ? "from_file"
          : "changed";
  return {
    deploymentId: deployment.id,
    name: deployment.name,
    provider: deployment.provider.name,
    ...{ outcome, before, after },
    basis: match?.basis ?? null,
  };
}

const nanos = (usd: string | null) => (usd === null ? null : usdToNanos(usd));

const nanosOf = (prices: CataloguePrices) => ({
  inputPrice: nanos(prices.inputPrice),
  outputPrice: nanos(prices.outputPrice),
  cachedInputPrice: nanos(prices.cachedInputPrice),
  cacheWritePrice: nanos(prices.cacheWritePrice),
  callPrice: nanos(prices.callPrice),
});
