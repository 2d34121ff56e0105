import { vendorOf } from "./provider-choice.ts";
import { mayUse } from "./routing.ts";
import type { Catalog, CatalogDeployment, CatalogKey, CatalogProvider } from "./types.ts";

const nanosPerUsd = 1e9;

/** What a client reads about the providers behind its models: `GET /api/providers/capabilities`. */
export type ProviderCapabilities = {
  provider: string;
  name: string;
  display_name: string;
  icon: string;
  models: ModelCapabilities[];
  supported_features: Record<
    "chat_completions" | "completions" | "embeddings" | "function_calling" | "streaming",
    boolean
  >;
};

/** `openai_id` is what goes into `model`, `provider_id` the provider's own name of it. Prices are US dollars. */
export type ModelCapabilities = {
  openai_id: string;
  provider_id: string;
  display_name: string;
  description: string;
  capabilities: {
    supports_chat: boolean;
    supports_completion: boolean;
    supports_embedding: boolean;
    supports_function_calling: boolean;
    supports_streaming: boolean;
    max_tokens: number | null;
    context_window: number | null;
  };
  cost_per_1k_tokens: { input: number | null; output: number | null };
};

/** The providers behind the models this key may use, with what each can do; providers it cannot reach are left out. */
export function providerCapabilities(catalog: Catalog, key: CatalogKey | null): ProviderCapabilities[] {
  const names = publicNames(catalog, key);
  const providers: ProviderCapabilities[] = [];
  for (const provider of catalog.providers.values()) {
    if (!provider.enabled) continue;
    const deployments = [...catalog.deployments.values()].filter(
      ({ id, enabled, providerId }) => enabled && providerId === provider.id && names.has(id),
    );
    if (deployments.length === 0) continue;
    const has = completionsAndVectors(provider);
    providers.push({
      provider: vendorOf(provider),
      name: provider.name,
      display_name: provider.name,
      icon: [...provider.name][0]?.toUpperCase() ?? "",
      models: deployments.flatMap((deployment) =>
        (names.get(deployment.id) ?? []).map((name) => modelOf(name, deployment, has)),
      ),
      supported_features: {
        chat_completions: true,
        completions: has,
        embeddings: has,
        function_calling: deployments.some(({ supports }) => supports.tools),
        streaming: deployments.some(({ supports }) => supports.stream),
      },
    });
  }
  return providers;
}

/** Text completions and vectors exist in OpenAI's API only. */
function completionsAndVectors({ protocol }: CatalogProvider): boolean {
  return protocol === "openai" || protocol === "azure" || protocol === "demo";
}

/** By deployment: the names under which this key reaches it. */
function publicNames(catalog: Catalog, key: CatalogKey | null): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const add = (deploymentId: string, name: string) => {
    const known = names.get(deploymentId);
    if (!known) names.set(deploymentId, [name]);
    else if (!known.includes(name)) known.push(name);
  };
  for (const group of catalog.groups.values())
    if (group.enabled && mayUse(key, group.id))
      for (const { deploymentId, enabled } of group.members) if (enabled) add(deploymentId, group.name);
  if (key === null || key.allowRawModels) for (const { id, model } of catalog.deployments.values()) add(id, model);
  return names;
}

function modelOf(name: string, deployment: CatalogDeployment, has: boolean): ModelCapabilities {
  const { model, supports, contextWindow, prices } = deployment;
  return {
    openai_id: name,
    provider_id: model,
    display_name: deployment.name,
    description: "",
    capabilities: {
      supports_chat: true,
      supports_completion: has,
      supports_embedding: has,
      supports_function_calling: supports.tools,
      supports_streaming: supports.stream,
      max_tokens: null,
      context_window: contextWindow,
    },
    cost_per_1k_tokens: { input: perThousand(prices.input), output: perThousand(prices.output) },
  };
}

/** From nano-dollars a million tokens to US dollars a thousand. */
function perThousand(nanosPerMillion: number | null): number | null {
  return nanosPerMillion === null ? null : nanosPerMillion / 1000 / nanosPerUsd;
}
