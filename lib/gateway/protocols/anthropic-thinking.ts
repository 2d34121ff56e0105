import type { Json } from "./answer-format.ts";
import type { AnthropicModel } from "./anthropic-models.ts";
import type { ReasoningEffort, ReasoningWish } from "./conversation.ts";

/**
 * How much a model may think, in the words of its generation:
 *
 * | wish | models that think as they see fit | models with a budget (tokens, at most half of `max_tokens`) |
 * |---|---|---|
 * | none, budget 0 | `disabled`; where that is refused, `between_tools` or effort `low` | `disabled` |
 * | minimal | effort `low` | 1024 |
 * | low | effort `low` | 2048 |
 * | medium | effort `medium` | 8192 |
 * | high | effort `high` | 16384 |
 * | xhigh | effort `xhigh`; `max` or `high` where that is the most | 32768 |
 * | max | effort `max`; `high` where that is the most | 65536 |
 * | a budget | effort by the budget: up to 2048 low, 8192 medium, 24576 high, more xhigh | the budget, below `max_tokens` |
 * | as it likes, or only to see thoughts | no effort is told | 8192 |
 *
 * A model that must call a tool does not think before it.
 */
export type Thinking = { thinking: Json | null; effort: string | null };

const leastBudget = 1024;
const usualBudget = 8192;
const budgets: Record<Exclude<ReasoningEffort, "none">, number> = {
  minimal: leastBudget,
  low: 2048,
  medium: usualBudget,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
};

export function thinkingFor(
  wish: ReasoningWish | null,
  model: AnthropicModel,
  { maxTokens, mayThink }: { maxTokens: number; mayThink: boolean },
): Thinking {
  if (!wish || model.thinking === "none") return { thinking: null, effort: null };
  const isOff = wish.effort === "none" || (wish.effort === null && wish.budgetTokens === 0);
  const effort = isOff ? null : effortOf(wish, model);
  if (isOff || (!mayThink && wantsThought(wish))) return switchedOff(model, effort);
  if (!wantsThought(wish)) return { thinking: null, effort };
  if (model.thinking === "adaptive") {
    const display = wish.shown === false ? "omitted" : "summarized";
    return { thinking: { type: "adaptive", display }, effort };
  }
  const budget = budgetOf(wish, maxTokens);
  if (budget < leastBudget) return { thinking: null, effort };
  const display = wish.shown === false ? { display: "omitted" } : {};
  return { thinking: { type: "enabled", budget_tokens: budget, ...display }, effort };
}

/** Who wants to see thoughts wants some: the models of others think unasked. */
function wantsThought({ effort, budgetTokens, shown }: ReasoningWish): boolean {
  return effort !== null || budgetTokens !== null || shown === true;
}

/** Who does not think can be asked for no more than `high` effort. */
function switchedOff({ thinkingOff, topEffort }: AnthropicModel, effort: string | null): Thinking {
  if (!thinkingOff) return { thinking: null, effort: effort ?? (topEffort ? "low" : null) };
  return { thinking: { type: thinkingOff }, effort: effort === "xhigh" || effort === "max" ? "high" : effort };
}

function effortOf({ effort, budgetTokens }: ReasoningWish, { topEffort }: AnthropicModel): string | null {
  if (!topEffort) return null;
  const wanted = effort ?? (budgetTokens !== null && budgetTokens > 0 ? effortByBudget(budgetTokens) : null);
  if (wanted === "minimal") return "low";
  if (wanted === "xhigh") return topEffort;
  return wanted === "max" && topEffort === "high" ? topEffort : wanted;
}

function effortByBudget(tokens: number): ReasoningEffort {
  if (tokens <= 2048) return "low";
  if (tokens <= usualBudget) return "medium";
  return tokens <= 24_576 ? "high" : "xhigh";
}

function budgetOf({ effort, budgetTokens }: ReasoningWish, maxTokens: number): number {
  if (budgetTokens !== null && budgetTokens > 0) return Math.min(Math.max(budgetTokens, leastBudget), maxTokens - 1);
  const wanted = effort === null || effort === "none" ? usualBudget : budgets[effort];
  return Math.min(wanted, Math.floor(maxTokens / 2));
}
