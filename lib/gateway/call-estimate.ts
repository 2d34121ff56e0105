import type { CallRequest } from "./call-request.ts";
import { onlyCounts } from "./count-requests.ts";
import type { KeyEstimate } from "./limits.ts";
import { maxCostOf } from "./pricing.ts";
import type { Plan } from "./routing.ts";

const bytesPerToken = 4;

/** Before the answer: the prompt by its size, and the largest answer asked for. */
export function estimateOf({ endpoint, promptBytes, maxOutputTokens }: CallRequest, plan: Plan | null): KeyEstimate {
  if (onlyCounts(endpoint)) return { tokens: 0, costNanos: 0 };
  const prompt = Math.ceil(promptBytes / bytesPerToken);
  const output = maxOutputTokens ?? 0;
  let costNanos = 0;
  for (const { deployment } of plan?.candidates ?? [])
    costNanos = Math.max(costNanos, maxCostOf(deployment.prices, prompt, output) ?? 0);
  return { tokens: prompt + output, costNanos };
}
