export type UsageState = "fine" | "near" | "over";

/** From this share on, somebody should know. */
const nearShare = 0.8;

/** What a used share of an allowance means; 1 = used up. */
export function usageState(share: number): UsageState {
  if (share >= 1) return "over";
  return share >= nearShare ? "near" : "fine";
}
