import { modelName } from "@/lib/schemas/common";
import { expandAlias, leftOutBy } from "@/lib/schemas/model-choice";
import type { ImportInput, PlannedModel, PriceSource } from "@/lib/schemas/model-import";
import { parseUsd } from "@/lib/schemas/money";
import type { CataloguePrices } from "@/lib/schemas/price-catalogue";

export type EditablePrice = "inputPrice" | "outputPrice";

/** What somebody has chosen and typed so far. Lists of names, so that it can be kept as text. */
export type ImportDraft = {
  include: string;
  exclude: string;
  /** Models to add. */
  chosen: string[];
  /** Deployments that take what the list says now, and vanished ones to switch off, by id. */
  update: string[];
  disable: string[];
  alias: string;
  prices: ImportInput["prices"];
  /** By model; an empty price means that it is not known. */
  edits: Record<string, { name?: string } & Partial<Record<EditablePrice, string>>>;
  groups: { mode: ImportInput["groups"]["mode"]; name: string; priority: number; weight: number };
};

export const emptyDraft: ImportDraft = {
  ...{ include: "", exclude: "", chosen: [], update: [], disable: [] },
  alias: "{model}",
  prices: "known",
  edits: {},
  groups: { mode: "none", name: "", priority: 1, weight: 1 },
};

/** Patterns as they are typed: between commas, spaces or lines. */
export function patternsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/u).filter((part) => part !== ""))].slice(0, 100);
}

/** Of the models, those that both filters let through. */
export function matching<Row extends { model: string }>(rows: readonly Row[], draft: ImportDraft): Row[] {
  const filter = { include: patternsOf(draft.include), exclude: patternsOf(draft.exclude) };
  return rows.filter(({ model }) => leftOutBy(filter, model) === null);
}

/** The models to add: chosen, and not left out by a filter that came later. */
export function chosenModels(added: readonly PlannedModel[], draft: ImportDraft): PlannedModel[] {
  const chosen = new Set(draft.chosen);
  return matching(added, draft).filter(({ model }) => chosen.has(model));
}

export type DraftRow = {
  model: string;
  /** As typed, or by the pattern. */
  name: string;
  prices: Record<EditablePrice, string>;
  /** The whole offer, with the prices nobody types here. */
  offered: CataloguePrices | null;
  source: PriceSource | null;
  planned: PlannedModel;
  nameProblem: "taken" | "twice" | "empty" | null;
  priceProblems: EditablePrice[];
};

/** Each chosen model with the name and the prices it would get, and what is wrong with them. */
export function draftRows(
  models: readonly PlannedModel[],
  draft: ImportDraft,
  provider: { name: string; taken: ReadonlySet<string> },
): DraftRow[] {
  const rows = models.map((planned): DraftRow => {
    const edit = draft.edits[planned.model] ?? {};
    const { offered, source } = offerOf(planned, draft.prices);
    const prices = {
      inputPrice: edit.inputPrice ?? offered?.inputPrice ?? "",
      outputPrice: edit.outputPrice ?? offered?.outputPrice ?? "",
    };
    const typed = edit.inputPrice !== undefined || edit.outputPrice !== undefined;
    const { model, alias } = planned;
    return {
      ...{ model, planned, prices, offered },
      name: edit.name ?? expandAlias(draft.alias.trim(), { provider: provider.name, model, alias }),
      source: typed ? "typed" : source,
      nameProblem: null,
      priceProblems: (["inputPrice", "outputPrice"] as const).filter((field) => !isPrice(prices[field])),
    };
  });
  const uses = Map.groupBy(rows, ({ name }) => name.trim());
  for (const row of rows) {
    const name = row.name.trim();
    if (name === "") row.nameProblem = "empty";
    else if (provider.taken.has(name)) row.nameProblem = "taken";
    else if ((uses.get(name)?.length ?? 0) > 1) row.nameProblem = "twice";
  }
  return rows;
}

/** Whether a group can be called so. */
export const isGroupName = (name: string) => modelName.safeParse(name).success && name.trim() !== "*";

const isPrice = (text: string) => text.trim() === "" || "nanos" in parseUsd(text);

/** The prices on offer from a source, and whose they are. */
function offerOf(
  { ownPrices, match }: PlannedModel,
  prices: ImportDraft["prices"],
): { offered: CataloguePrices | null; source: PriceSource | null } {
  if (ownPrices && (prices === "known" || prices === "provider")) return { offered: ownPrices, source: "provider" };
  if (!match || prices === "none" || prices === "provider") return { offered: null, source: null };
  const { inputPrice, outputPrice, callPrice } = match;
  return { offered: match, source: (inputPrice ?? outputPrice ?? callPrice) ? match.basis : null };
}

/** Whether a model's calls would have no known cost. */
export function isUnpriced({ prices, offered }: DraftRow): boolean {
  return prices.inputPrice.trim() === "" && prices.outputPrice.trim() === "" && (offered?.callPrice ?? null) === null;
}

/** What is asked of the server. Only what was typed differently goes along; filters stay for later looks at the list. */
export function inputOf(draft: ImportDraft, rows: readonly DraftRow[], dryRun: boolean): Record<string, unknown> {
  const { mode, name, priority, weight } = draft.groups;
  const edits = rows.flatMap(({ model }) => {
    const edit = draft.edits[model];
    if (!edit) return [];
    const prices = (["inputPrice", "outputPrice"] as const).flatMap((field) => {
      const text = edit[field];
      return text === undefined ? [] : [[field, text.trim() === "" ? null : text.trim()]];
    });
    return [{ model, ...(edit.name !== undefined && { name: edit.name.trim() }), ...Object.fromEntries(prices) }];
  });
  return {
    include: patternsOf(draft.include),
    exclude: patternsOf(draft.exclude),
    models: rows.map(({ model }) => model),
    ...{ edits, alias: draft.alias.trim(), prices: draft.prices, update: draft.update, disable: draft.disable },
    groups:
      mode === "none"
        ? { mode }
        : mode === "each"
          ? { mode, priority, weight }
          : { mode, name: name.trim(), priority, weight },
    dryRun,
  };
}
