import type { ListedModel } from "../../schemas/listed-models.ts";
import { entryOf, listedModel, textOf } from "./entries.ts";

/** The last version of Azure's API in which a key may list the deployments of its resource. */
export const azureDeploymentsVersion = "2023-03-15-preview";

/** One deployment of a resource: it is called by its own name, and `model` says what it is. */
export function readAzureDeployment(value: unknown): ListedModel | null {
  const { id, model, status } = entryOf(value);
  if (typeof status === "string" && status !== "succeeded") return null;
  return listedModel(id, { base: textOf(model) });
}

/** One model a resource could deploy. Those that answer no calls (only for fine-tuning, or retired) are left out. */
export function readAzureModel(value: unknown): ListedModel | null {
  const { id, capabilities, lifecycle_status: lifecycle } = entryOf(value);
  if (lifecycle === "retired" || entryOf(capabilities).inference === false) return null;
  return listedModel(id);
}
