import type { DeploymentView } from "@/lib/schemas/deployments";

export const priceNames = ["inputPrice", "outputPrice", "cachedInputPrice", "cacheWritePrice", "callPrice"] as const;
export type PriceName = (typeof priceNames)[number];

export const abilityNames = ["tools", "vision", "jsonSchema", "stream", "nonStream"] as const;
export type AbilityName = (typeof abilityNames)[number];

/** What the model form holds. Prices stay text: they are exact decimals, and empty means unknown. */
export type DeploymentDraft = {
  model: string;
  name: string;
  prices: Record<PriceName, string>;
  contextWindow: number | null;
  maxConcurrent: number | null;
  quota: DeploymentView["quota"];
  supports: Record<AbilityName, boolean>;
  enabled: boolean;
};

export function deploymentDraft(deployment: DeploymentView | null): DeploymentDraft {
  return {
    model: deployment?.model ?? "",
    name: deployment?.name ?? "",
    prices: {
      inputPrice: deployment?.inputPrice ?? "",
      outputPrice: deployment?.outputPrice ?? "",
      cachedInputPrice: deployment?.cachedInputPrice ?? "",
      cacheWritePrice: deployment?.cacheWritePrice ?? "",
      callPrice: deployment?.callPrice ?? "",
    },
    contextWindow: deployment?.contextWindow ?? null,
    maxConcurrent: deployment?.maxConcurrent ?? null,
    quota: deployment?.quota ?? { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null },
    supports: deployment?.supports ?? { tools: true, vision: true, jsonSchema: true, stream: true, nonStream: true },
    enabled: deployment?.enabled ?? true,
  };
}

/** The body for POST (without `version`) and PATCH of a deployment. */
export function deploymentBody(draft: DeploymentDraft): Record<string, unknown> {
  const prices = Object.fromEntries(priceNames.map((name) => [name, draft.prices[name].trim() || null]));
  return {
    model: draft.model,
    name: draft.name.trim() || draft.model.trim(),
    ...prices,
    contextWindow: draft.contextWindow,
    maxConcurrent: draft.maxConcurrent,
    quota: draft.quota,
    supports: draft.supports,
    enabled: draft.enabled,
  };
}
