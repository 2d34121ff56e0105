import { usualName } from "../catalogue/usual-name.ts";
import { modelName, nameText } from "../schemas/common.ts";
import type { ListedModel, ModelList } from "../schemas/listed-models.ts";
import { expandAlias, leftOutBy } from "../schemas/model-choice.ts";
import type {
  FieldChange,
  ImportInput,
  ImportPlan,
  KnownConfiguration,
  KnownDeployment,
  PlannedModel,
  PlanProblem,
  PriceSource,
} from "../schemas/model-import.ts";
import { nanosToUsd } from "../schemas/money.ts";
import type { CatalogueMatch, CataloguePrices } from "../schemas/price-catalogue.ts";

/** The most members a group may have, as its schema says. */
const membersMost = 1000;

const priceFields = ["inputPrice", "outputPrice", "cachedInputPrice", "cacheWritePrice", "callPrice"] as const;
const noPrices: CataloguePrices = {
  inputPrice: null,
  outputPrice: null,
  cachedInputPrice: null,
  cacheWritePrice: null,
  callPrice: null,
};

/** What is offered for a model: the list's own word, else the catalogue's. */
type Offer = {
  prices: CataloguePrices;
  priceSource: PriceSource | null;
  contextWindow: number | null;
  supports: ListedModel["supports"];
  match: CatalogueMatch | null;
};

/**
 * What an import would do, from a provider's list, what is configured now, and what was asked for. It decides and does
 * nothing. A model is known by its upstream name, so a second import of the same list has nothing left to do. Of a list
 * that is empty or not complete nothing is said to have vanished.
 */
export function planImport(parts: {
  list: ModelList;
  known: KnownConfiguration;
  input: Omit<ImportInput, "dryRun">;
  match(model: ListedModel): CatalogueMatch | null;
}): ImportPlan {
  const { list, known, input, match } = parts;
  const problems: PlanProblem[] = [];
  const byModel = Map.groupBy(known.deployments, ({ model }) => model);
  const listed = new Map(list.models.map((model) => [model.id, model]));
  const edits = new Map(input.edits.map((edit) => [edit.model, edit]));
  const chosen = input.models && new Set(input.models);
  const wants = (asked: "all" | string[], id: string) => asked === "all" || asked.includes(id);

  for (const model of new Set([...(input.models ?? []), ...edits.keys()]))
    if (!listed.has(model)) problems.push(problemOf("not_listed", `The provider does not list "${model}".`, { model }));

  const plan: ImportPlan = {
    listed: list.models.length,
    skipped: list.skipped,
    complete: list.complete,
    added: [],
    changed: [],
    vanished: [],
    unchanged: [],
    leftOut: [],
    groups: [],
    problems,
  };
  for (const model of list.models) {
    const existing = byModel.get(model.id);
    const reason = leftOutBy(input, model.id);
    if (reason !== null && !chosen?.has(model.id)) {
      plan.leftOut.push({ model: model.id, reason });
      continue;
    }
    const offer = offerOf(model, match(model), input.prices);
    for (const deployment of existing ?? []) {
      const { id, name } = deployment;
      const changes = changesOf(deployment, offer);
      if (changes.length === 0) plan.unchanged.push({ deploymentId: id, name, model: model.id });
      else
        plan.changed.push({
          ...{ deploymentId: id, name, model: model.id, changes },
          priceSource: offer.priceSource,
          applied: wants(input.update, id),
        });
    }
    if (existing) continue;
    if (chosen && !chosen.has(model.id)) {
      plan.leftOut.push({ model: model.id, reason: "not_chosen" });
      continue;
    }
    plan.added.push(newDeployment(model, offer, input, edits.get(model.id), known.provider.name));
  }
  if (list.complete && list.models.length > 0)
    for (const { id, name, model, enabled, groups } of known.deployments)
      if (!listed.has(model))
        plan.vanished.push({
          ...{ deploymentId: id, name, model, enabled, groups },
          applied: enabled && wants(input.disable, id),
        });

  problems.push(...nameProblems(plan.added, known.deployments), ...unknownDeployments(plan, input));
  plan.groups = placeInGroups(plan.added, known, input, problems);
  return plan;
}

function problemOf(code: PlanProblem["code"], message: string, more: Partial<PlanProblem>): PlanProblem {
  return { model: null, name: null, other: null, ...more, code, message };
}

function offerOf(model: ListedModel, match: CatalogueMatch | null, source: ImportInput["prices"]): Offer {
  const own = source === "known" || source === "provider" ? model.prices : null;
  const known = source === "known" || source === "catalogue" ? match : null;
  const prices = own ?? (known && pricesOf(known));
  return {
    prices: prices ?? noPrices,
    priceSource: own ? "provider" : known && hasPrice(known) ? known.basis : null,
    contextWindow: model.contextWindow ?? match?.contextWindow ?? null,
    supports: { ...supportsOf(match), ...model.supports },
    match,
  };
}

function pricesOf(prices: CataloguePrices): CataloguePrices {
  const { inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice } = prices;
  return { inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice };
}

const hasPrice = (prices: CataloguePrices) => priceFields.some((field) => prices[field] !== null);

function supportsOf(match: CatalogueMatch | null): ListedModel["supports"] {
  const { tools, vision, jsonSchema } = match?.supports ?? {};
  return {
    ...(tools !== undefined && { tools }),
    ...(vision !== undefined && { vision }),
    ...(jsonSchema !== undefined && { jsonSchema }),
  };
}

/** What an offer says differently. What it does not say is no difference. */
function changesOf(deployment: KnownDeployment, offer: Offer): FieldChange[] {
  const offered = { ...offer.prices, contextWindow: offer.contextWindow, ...offer.supports };
  const stored = { ...deployment.prices, contextWindow: deployment.contextWindow, ...deployment.supports };
  return Object.entries(offered).flatMap(([name, after]) => {
    const field = name as FieldChange["field"];
    const before = stored[field];
    return after === null || after === undefined || after === before ? [] : [{ field, before, after }];
  });
}

function newDeployment(
  model: ListedModel,
  offer: Offer,
  input: Omit<ImportInput, "dryRun">,
  edit: ImportInput["edits"][number] | undefined,
  provider: string,
): PlannedModel {
  const alias = usualName(model.base ?? model.id);
  const typed = priceFields.filter((field) => edit?.[field] !== undefined);
  const prices = { ...offer.prices };
  for (const field of typed) {
    const nanos = edit?.[field];
    prices[field] = nanos == null ? null : nanosToUsd(nanos);
  }
  return {
    model: model.id,
    name: edit?.name ?? expandAlias(input.alias, { provider, model: model.id, alias }),
    alias,
    ownedBy: model.ownedBy ?? model.base,
    ownPrices: model.prices,
    prices,
    priceSource: typed.length === 0 ? offer.priceSource : hasPrice(prices) ? "typed" : null,
    match: offer.match,
    contextWindow: edit?.contextWindow === undefined ? offer.contextWindow : edit.contextWindow,
    supports: offer.supports,
    group: null,
  };
}

/** Names that no deployment may have, that one has already, or that two new ones would share. */
function nameProblems(added: readonly PlannedModel[], deployments: readonly KnownDeployment[]): PlanProblem[] {
  const taken = new Map(deployments.map(({ name, model }) => [name, model]));
  const first = new Map<string, string>();
  return added.flatMap(({ model, name }) => {
    if (!nameText(200).safeParse(name).success)
      return [problemOf("name_unusable", `"${name}" cannot be the name of a model.`, { model, name })];
    const other = taken.get(name) ?? first.get(name);
    if (other === undefined) {
      first.set(name, model);
      return [];
    }
    const code = taken.has(name) ? "name_taken" : "name_twice";
    return [problemOf(code, `"${model}" and "${other}" would both be called "${name}".`, { model, name, other })];
  });
}

/** Deployments somebody named that are not among those the plan could change or switch off. */
function unknownDeployments(plan: ImportPlan, input: Omit<ImportInput, "dryRun">): PlanProblem[] {
  const check = (asked: "all" | string[], ids: ReadonlySet<string>, what: string) =>
    asked === "all"
      ? []
      : asked
          .filter((id) => !ids.has(id))
          .map((id) => problemOf("unknown_deployment", `The deployment "${id}" ${what}.`, { name: id }));
  const idsOf = (rows: readonly { deploymentId: string }[]) => new Set(rows.map(({ deploymentId }) => deploymentId));
  return [
    ...check(input.update, new Set([...idsOf(plan.changed), ...idsOf(plan.unchanged)]), "is not in the list"),
    ...check(input.disable, idsOf(plan.vanished), "has not vanished"),
  ];
}

/** Gives new deployments their group, and says what that means for each group. */
function placeInGroups(
  added: PlannedModel[],
  known: KnownConfiguration,
  { groups }: Pick<ImportInput, "groups">,
  problems: PlanProblem[],
): ImportPlan["groups"] {
  if (groups.mode === "none") return [];
  const byName = new Map<string, KnownConfiguration["groups"][number]>();
  for (const group of known.groups) for (const name of [group.name, ...group.aliases]) byName.set(name, group);
  const adds = new Map<string, number>();
  for (const planned of added) {
    const wanted = groups.mode === "one" ? groups.name : planned.name;
    const usable = modelName.safeParse(wanted).success && wanted !== "*";
    if (!usable) {
      const message = `A group cannot be called "${wanted}".`;
      problems.push(problemOf("name_unusable", message, { model: planned.model, name: wanted }));
      if (groups.mode === "one") return [];
      continue;
    }
    planned.group = byName.get(wanted)?.name ?? wanted;
    adds.set(planned.group, (adds.get(planned.group) ?? 0) + 1);
  }
  return [...adds].map(([name, count]) => {
    const members = byName.get(name)?.members ?? 0;
    if (members + count > membersMost)
      problems.push(
        problemOf("group_full", `The group "${name}" would have more than ${membersMost} members.`, { name }),
      );
    return { name, isNew: !byName.has(name), adds: count };
  });
}
