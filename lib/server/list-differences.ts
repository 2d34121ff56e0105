import type { ListedModel, ModelList } from "../schemas/listed-models.ts";
import { type ImportChoice, ImportInput, type KnownConfiguration, type Suggestion } from "../schemas/model-import.ts";
import type { CatalogueMatch } from "../schemas/price-catalogue.ts";
import { planImport } from "./import-plan.ts";

/**
 * Everything in which a provider's list differs from what is configured: models without a deployment, deployments of
 * which the list says something else, deployments it no longer has. `mark` stays the same as long as the difference does.
 */
export function differencesOf(parts: {
  list: ModelList;
  known: KnownConfiguration;
  choice: ImportChoice;
  match(model: ListedModel): CatalogueMatch | null;
}): Suggestion[] {
  const { list, known, choice, match } = parts;
  const plan = planImport({ list, known, input: ImportInput.parse(choice), match });
  return [
    ...plan.added.map(({ model }): Suggestion => ({ kind: "added", mark: `added ${model}`, model })),
    ...plan.changed.map(({ deploymentId, name, model, changes }): Suggestion => {
      const what = changes.map(({ field, after }) => `${field}=${after}`).join(" ");
      return { kind: "changed", mark: `changed ${deploymentId} ${what}`, ...{ model, deploymentId, name, changes } };
    }),
    ...plan.vanished
      .filter(({ enabled }) => enabled)
      .map(
        ({ deploymentId, name, model }): Suggestion => ({
          kind: "vanished",
          mark: `vanished ${deploymentId}`,
          ...{ model, deploymentId, name },
        }),
      ),
  ];
}

/**
 * What of the differences is worth telling: not what somebody has seen and dismissed. At the first look models without a
 * deployment are nothing new, since somebody chose the others.
 */
export function worthTelling(
  differences: readonly Suggestion[],
  before: { dismissed: readonly string[]; firstLook: boolean },
): { suggestions: Suggestion[]; dismissed: string[] } {
  const seen = new Set(before.dismissed);
  const isKnown = ({ mark, kind }: Suggestion) => seen.has(mark) || (before.firstLook && kind === "added");
  return {
    suggestions: differences.filter((one) => !isKnown(one)),
    // A difference that ended is forgotten, so that it is told when it comes again.
    dismissed: differences.filter(isKnown).map(({ mark }) => mark),
  };
}
