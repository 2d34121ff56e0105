import { describe, expect, it } from "vitest";
import type { KeyView } from "@/lib/schemas/keys";
import { budgetsOf, tightestBudget } from "./budgets";

type Three = { day: string | null; month: string | null; total: string | null };

function keyWith(budgetUsd: Three, costUsd: { day: string; month: string; total: string }) {
  const limits: KeyView["limits"] = { budgetUsd, rpm: null, tpm: null, concurrent: null };
  const usage: KeyView["usage"] = {
    costUsd,
    calls: { day: 0, month: 0, total: 0 },
    resetsAt: { day: "2026-11-22T00:00:00.000Z", month: "2026-12-01T00:00:00.000Z" },
    lastUsedAt: null,
  };
  return { limits, usage };
}

const states = (budgetUsd: Three, used: string) =>
  budgetsOf(keyWith(budgetUsd, { day: used, month: used, total: used })).map(({ state }) => state);

describe("the budgets of a key", () => {
  it("are near from four fifths on and over from the very amount, compared in nano-dollars", () => {
    const budgets = { day: "0.3", month: null, total: "1" };
    expect(states(budgets, "0.239999999")).toEqual(["fine", "fine", "fine"]);
    expect(states(budgets, "0.24")).toEqual(["near", "fine", "fine"]);
    expect(states(budgets, "0.299999999")).toEqual(["near", "fine", "fine"]);
    expect(states(budgets, "0.3")).toEqual(["over", "fine", "fine"]);
    expect(states(budgets, "1.2")).toEqual(["over", "fine", "over"]);
  });

  it("of nothing at all are used up before the first call", () => {
    expect(budgetsOf(keyWith({ day: "0", month: null, total: null }, { day: "0", month: "0", total: "0" }))[0]).toEqual(
      {
        window: "day",
        usedUsd: "0",
        limitUsd: "0",
        share: 1,
        state: "over",
        resetsAt: "2026-11-22T00:00:00.000Z",
      },
    );
  });

  it("begin anew with the day and the month; the total never does", () => {
    const budgets = budgetsOf(keyWith({ day: "1", month: "1", total: "1" }, { day: "0", month: "0", total: "0" }));
    expect(budgets.map(({ resetsAt }) => resetsAt)).toEqual([
      "2026-11-22T00:00:00.000Z",
      "2026-12-01T00:00:00.000Z",
      null,
    ]);
  });

  it("are judged by the one that keeps a key out for longest, else by the fullest", () => {
    const tightest = (budgetUsd: Three, day: string, month: string) =>
      tightestBudget(budgetsOf(keyWith(budgetUsd, { day, month, total: month })))?.window ?? null;
    expect(tightest({ day: "1", month: "10", total: "100" }, "1", "10")).toBe("month");
    expect(tightest({ day: "1", month: "10", total: null }, "0.9", "8.5")).toBe("day");
    expect(tightest({ day: "1", month: "10", total: null }, "0.1", "0.2")).toBe(null);
  });
});
