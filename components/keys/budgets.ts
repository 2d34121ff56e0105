import { type UsageState, usageState } from "@/components/usage-state";
import type { KeyView } from "@/lib/schemas/keys";
import { usdToNanos } from "@/lib/schemas/money";

export const budgetWindows = ["day", "month", "total"] as const;
export type BudgetWindow = (typeof budgetWindows)[number];

/** One budget of a key and what is used of it. Money is decimal US dollars. */
export type Budget = {
  window: BudgetWindow;
  usedUsd: string;
  /** null = no budget: nothing is refused, however much is used. */
  limitUsd: string | null;
  /** Used over budget, at least 0; it may pass 1, because calls that run finish. 0 without a budget. */
  share: number;
  state: UsageState;
  /** RFC 3339; null = it never begins anew. */
  resetsAt: string | null;
};

/** The three budgets of a key, shortest window first. The gateway refuses a call once used ≥ budget. */
export function budgetsOf({ limits, usage }: Pick<KeyView, "limits" | "usage">): Budget[] {
  return budgetWindows.map((window) => {
    const limitUsd = limits.budgetUsd[window];
    const usedUsd = usage.costUsd[window];
    const resetsAt = window === "total" ? null : usage.resetsAt[window];
    if (limitUsd === null) return { window, usedUsd, limitUsd, share: 0, state: "fine", resetsAt };
    const limit = usdToNanos(limitUsd);
    const share = limit === 0 ? 1 : usdToNanos(usedUsd) / limit;
    return { window, usedUsd, limitUsd, share, state: usageState(share), resetsAt };
  });
}

/** The budget that says most about a key: one that is used up, the one that lasts longest first; else the fullest that is near; null = all fine. */
export function tightestBudget(budgets: readonly Budget[]): Budget | null {
  const over = budgets.findLast(({ state }) => state === "over");
  if (over) return over;
  const near = budgets.filter(({ state }) => state === "near");
  return near.toSorted((a, b) => b.share - a.share)[0] ?? null;
}
