import type { Json } from "./answer-format.ts";
import type { ReasoningEffort, ReasoningWish } from "./conversation.ts";
import { isBeforeGemini3 } from "./gemini-names.ts";

/**
 * How much Gemini may think (https://ai.google.dev/gemini-api/docs/thinking, its table for OpenAI's efforts). Since
 * Gemini 3 by level, before by tokens. Pro models cannot be kept from thinking, and know no `minimal`.
 *
 * | Effort | Since Gemini 3 | Gemini 3 Pro | Gemini 2.5 | Gemini 2.5 Pro |
 * |---|---|---|---|---|
 * | none | minimal | low | 0 | 128 |
 * | minimal | minimal | low | 1024 | 1024 |
 * | low | low | low | 1024 | 1024 |
 * | medium | medium | medium | 8192 | 8192 |
 * | high, xhigh, max | high | high | 24576 | 24576 |
 *
 * A number of tokens goes before an effort. Gemini 2.5 gets it within its bounds (to 24576; Pro 128 to 32768), the
 * others the level it stands for: to 1024 minimal, to 4096 low, to 16384 medium, more high; -1 is their default.
 */
export function thinkingConfig(wish: ReasoningWish, model: string): Json | null {
  const config: Json = {};
  const isPro = /\bpro\b/.test(model);
  if (isBeforeGemini3(model)) {
    const budget = budgetOf(wish, isPro);
    if (budget !== null) config.thinkingBudget = budget;
  } else {
    const effort = wish.budgetTokens === null ? wish.effort : effortOf(wish.budgetTokens);
    if (effort !== null) config.thinkingLevel = levelOf(effort, isPro);
  }
  if (wish.shown !== null) config.includeThoughts = wish.shown;
  return Object.keys(config).length > 0 ? config : null;
}

const budgets: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

function budgetOf({ effort, budgetTokens }: ReasoningWish, isPro: boolean): number | null {
  const wanted = budgetTokens ?? (effort === null ? null : budgets[effort]);
  if (wanted === null || wanted < 0) return wanted;
  return isPro ? Math.min(Math.max(wanted, 128), 32_768) : Math.min(wanted, 24_576);
}

function effortOf(budget: number): ReasoningEffort | null {
  if (budget < 0) return null;
  if (budget <= 1024) return "minimal";
  if (budget <= 4096) return "low";
  return budget <= 16_384 ? "medium" : "high";
}

function levelOf(effort: ReasoningEffort, isPro: boolean): string {
  if (effort === "none" || effort === "minimal") return isPro ? "LOW" : "MINIMAL";
  return effort === "xhigh" || effort === "max" ? "HIGH" : effort.toUpperCase();
}
