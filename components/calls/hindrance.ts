import type { Receipt } from "@/lib/gateway/types";

/** What keeps a call from every candidate: one thing, `various` things, or `none` to be asked. */
export type Hindrance =
  | "key_not_allowed"
  | "spend_budget"
  | "key_rate"
  | "group_disabled"
  | "key_refused"
  | "rate_budget"
  | "none"
  | "various";

/** Why a call, real or simulated, found nobody. A key that is not let in comes before what hinders single candidates. */
export function hindranceOf({ candidates, stop }: Pick<Receipt, "candidates" | "stop">): Hindrance {
  const reasons = new Set(candidates.map(({ reason }) => reason));
  // The gateway stops here before it asks anybody, and names the cause at each candidate that could have answered.
  if (stop === "not_retryable") {
    if (reasons.has("key_not_allowed")) return "key_not_allowed";
    if (reasons.has("spend_budget")) return "spend_budget";
    if (reasons.has("rate_budget")) return "key_rate";
    return reasons.has("disabled") ? "group_disabled" : "key_refused";
  }
  if (reasons.size === 0) return "none";
  return reasons.size === 1 && reasons.has("rate_budget") ? "rate_budget" : "various";
}
