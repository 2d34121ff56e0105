import type { CallRequest } from "./call-request.ts";
import type { Clock } from "./clock.ts";
import type { WalkResult } from "./failover.ts";
import { estimateUsage, type TokenCounter } from "./tokens.ts";

/** Marks a count that is ours: of the texts alone, by the tokenizer nearest to the model. */
export const ownCountHeader = { "x-sluice-counted-by": "sluice" };

/** Whether the tokens are counted here after all: nobody who can count them did, and not for the client's own fault. */
export function isLeftToUs({ last, stop }: WalkResult): boolean {
  if (stop === "deadline" || (last !== null && last.kind !== "failed")) return false;
  return last === null || !["client_fault", "client_left"].includes(last.failure.kind);
}

/**
 * The tokens of a request's texts, as the tokenizer nearest to `model` has them. Takes at most 200 ms.
 * @param model the upstream's name of it
 */
export async function countPrompt(
  asked: CallRequest,
  model: string,
  { counter, clock }: { counter: TokenCounter; clock: Clock },
): Promise<number> {
  const { input } = await estimateUsage({
    counter,
    clock,
    model,
    promptText: asked.promptText(),
    promptMessages: asked.promptMessages,
    answerText: "",
    told: { input: null, output: 0 },
  });
  return input;
}
