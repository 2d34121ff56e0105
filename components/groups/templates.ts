import type { Strategy } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";

export const templates = ["failover", "cheapFirst"] as const;
export type Template = (typeof templates)[number];

/** What a template begins with: its strategy and who is in it, in the order they are tried. */
export type TemplateStart = { strategy: Strategy; deploymentIds: string[] };

const usable: readonly string[] = ["ready", "degraded", "not_verified", "half_open"];

/** A million tokens in, a quarter of that out; unknown prices come last. */
function priceOf({ inputPrice, outputPrice }: DeploymentView): number {
  if (inputPrice === null || outputPrice === null) return Number.POSITIVE_INFINITY;
  return Number(inputPrice) * 3 + Number(outputPrice);
}

const takesCalls = ({ enabled, state }: DeploymentView) => enabled && (state === null || usable.includes(state.state));

/**
 * Suggests members out of what there is. A failover pair is one model at two providers, or else two models of two
 * providers; cheap first is the cheapest and the dearest priced one, of two providers where possible. What is off or out
 * of use is suggested last. Never more than exist.
 */
export function startOf(template: Template, deployments: readonly DeploymentView[]): TemplateStart {
  const candidates = [...deployments.filter(takesCalls), ...deployments.filter((one) => !takesCalls(one))];
  const strategy = template === "failover" ? "weighted" : "cheapest";
  const pair = template === "failover" ? failoverPair(candidates) : cheapAndStrong(candidates);
  return { strategy, deploymentIds: pair.map(({ id }) => id) };
}

function failoverPair(candidates: readonly DeploymentView[]): DeploymentView[] {
  for (const first of candidates) {
    const second = candidates.find(
      ({ providerId, model }) => providerId !== first.providerId && sameModel(model, first.model),
    );
    if (second) return [first, second];
  }
  const [first] = candidates;
  if (!first) return [];
  const second = candidates.find(({ providerId }) => providerId !== first.providerId) ?? candidates[1];
  return second ? [first, second] : [first];
}

/** `openai/gpt-x` at a reseller is `gpt-x`. */
const sameModel = (a: string, b: string) => a.split("/").at(-1) === b.split("/").at(-1);

function cheapAndStrong(candidates: readonly DeploymentView[]): DeploymentView[] {
  const byPrice = candidates.toSorted((a, b) => priceOf(a) - priceOf(b));
  const [cheap] = byPrice;
  if (!cheap) return [];
  const dearer = byPrice.slice(1).filter((one) => priceOf(one) !== Number.POSITIVE_INFINITY);
  const strong = dearer.findLast(({ providerId }) => providerId !== cheap.providerId) ?? dearer.at(-1) ?? byPrice[1];
  return strong ? [cheap, strong] : [cheap];
}
