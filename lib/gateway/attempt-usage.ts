import type { CallRequest } from "./call-request.ts";
import type { Clock } from "./clock.ts";
import { estimateUsage, roughTokens, type TokenCounter } from "./tokens.ts";
import type { EndpointName, Usage } from "./types.ts";
import type { UsageReport } from "./usage.ts";

/** What an attempt left behind, as far as it says what was used. */
export type UsedAnswer = {
  kind: "answered" | "failed" | "interrupted";
  /** The client left while it was under way. */
  abandoned: boolean;
  report: UsageReport;
  /** UTF-8 bytes of text received. */
  textBytes: number;
  /** That text, the first 1 MB. Made only when asked. */
  answerText(): string;
  /** UTF-8 bytes of what the model wrote besides: tool calls, reasoning. */
  unsaidBytes?: number;
};

export type UsageContext = {
  clock: Clock;
  counter: TokenCounter;
  request: Pick<CallRequest, "endpoint" | "promptMessages" | "promptText">;
};

/** Endpoints whose prompt and answer are text, so that their tokens can be counted here. */
const textEndpoints: ReadonlySet<EndpointName> = new Set([
  "chat.completions",
  "completions",
  "responses",
  "messages",
  "gemini.generate",
  "embeddings",
  "moderations",
  "rerank",
]);

/** Their answers are numbers, not tokens a model wrote. */
const inputOnly: ReadonlySet<EndpointName> = new Set(["embeddings", "moderations", "rerank"]);

/**
 * What an attempt used. What the provider told, if it told it at the end. Else the tokens of what went out and what came
 * back are counted, and the result is marked as an estimate: also for an answer that was cut off or given up, which is
 * paid for as far as it came. Null = unknown: pictures, sound and relayed bodies cannot be counted, seconds and searches
 * are no tokens, and a failed attempt owes nothing unless its provider says so.
 *
 * A promise only where something has to be counted; it takes at most 200 ms.
 */
export function usageOf(answer: UsedAnswer, model: string, context: UsageContext): Usage | null | Promise<Usage> {
  const { report, kind, abandoned } = answer;
  const isCut = kind === "interrupted" || abandoned;
  // Google's first events tell the prompt alone; an answer that was begun is not without tokens.
  const lacksOutput =
    report.provisional || (report.usage?.output === 0 && answer.textBytes + (answer.unsaidBytes ?? 0) > 0);
  if (report.usage && !(isCut && lacksOutput)) return report.usage;
  if (kind === "failed" && !abandoned) return null;
  if (report.unit === "seconds" || report.unit === "searches") return null;
  if (report.usage) return withCountedOutput(report.usage, answer, model, context);
  if (!textEndpoints.has(context.request.endpoint)) return null;
  return estimated(answer, model, context, report.partial);
}

async function estimated(
  answer: UsedAnswer,
  model: string,
  { clock, counter, request }: UsageContext,
  told: UsageReport["partial"],
): Promise<Usage> {
  const isInputOnly = inputOnly.has(request.endpoint);
  const usage = await estimateUsage({
    clock,
    counter,
    model,
    promptText: told.input === null ? request.promptText() : "",
    promptMessages: request.promptMessages,
    answerText: isInputOnly || told.output !== null ? "" : answer.answerText(),
    told: { input: told.input, output: isInputOnly ? 0 : told.output },
  });
  return told.output === null && !isInputOnly ? { ...usage, output: usage.output + beyondText(answer) } : usage;
}

/** Before an answer is there, the prompt's tokens are told exactly and of the answer's none, or only that it began. */
async function withCountedOutput(
  known: Usage,
  answer: UsedAnswer,
  model: string,
  { clock, counter }: UsageContext,
): Promise<Usage> {
  const told = { input: known.input, output: null };
  const answerText = answer.answerText();
  const { output } = await estimateUsage({
    clock,
    counter,
    model,
    promptText: "",
    promptMessages: 0,
    answerText,
    told,
  });
  return { ...known, output: Math.max(known.output, output + beyondText(answer)), source: "estimate" };
}

/** Of a very long answer only the beginning is kept; the rest, and what is no text, is reckoned by its size. */
function beyondText({ textBytes, answerText, unsaidBytes = 0 }: UsedAnswer): number {
  const unsaid = Math.ceil(unsaidBytes / 4);
  if (textBytes <= keptBytes) return unsaid;
  return unsaid + Math.max(0, Math.ceil(textBytes / 4) - roughTokens(answerText()));
}

const keptBytes = 1024 * 1024;
