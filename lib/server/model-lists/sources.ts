import type { Protocol } from "../../gateway/types.ts";
import type { ListedModel } from "../../schemas/listed-models.ts";
import { firstAnthropicPage, readAnthropicModel, readAnthropicPage } from "./anthropic-list.ts";
import { azureDeploymentsVersion, readAzureDeployment, readAzureModel } from "./azure-list.ts";
import type { ModelPage } from "./entries.ts";
import { firstGeminiPage, readGeminiModel, readGeminiPage } from "./gemini-list.ts";
import { readOpenaiModel, readOpenaiPage } from "./openai-list.ts";

/** Where one list begins, and how its pages and models are read. */
export type ListSource = {
  /** Path and query below the base URL. */
  path: string;
  readPage(json: unknown): ModelPage | null;
  readModel(entry: unknown): ListedModel | null;
};

/**
 * The lists a provider may have, best first: the next one is asked where one is missing or empty. Azure calls
 * deployments, not models, so those of the resource are asked for before what it could deploy.
 */
export function listSources(provider: { protocol: Protocol; apiVersion: string | null }): readonly ListSource[] {
  const openai = { path: "/models", readPage: readOpenaiPage, readModel: readOpenaiModel };
  switch (provider.protocol) {
    case "anthropic":
      return [{ path: firstAnthropicPage, readPage: readAnthropicPage, readModel: readAnthropicModel }];
    case "gemini":
      return [{ path: firstGeminiPage, readPage: readGeminiPage, readModel: readGeminiModel }];
    case "azure":
      return [
        {
          path: `/openai/deployments?api-version=${azureDeploymentsVersion}`,
          readPage: readOpenaiPage,
          readModel: readAzureDeployment,
        },
        {
          path:
            provider.apiVersion === null
              ? "/openai/v1/models"
              : `/openai/models?api-version=${encodeURIComponent(provider.apiVersion)}`,
          readPage: readOpenaiPage,
          readModel: readAzureModel,
        },
      ];
    case "openai":
    case "demo":
      return [openai];
  }
}
