import { readUsagePiece, UsageMeter } from "../usage.ts";
import type { Json } from "./answer-format.ts";
import type { AnswerUsage } from "./conversation.ts";

/** What an answer or event says it used, in any of the shapes of `usage.ts`; null = nothing that can be believed. */
export function readUsage(json: Json): AnswerUsage | null {
  const piece = readUsagePiece(json);
  if (!piece) return null;
  const meter = new UsageMeter("chat.completions");
  meter.add(piece);
  const { usage } = meter.report();
  if (!usage) return null;
  const { input, output, cached, cacheWrite, reasoning } = usage;
  return { input, output, cached, cacheWrite, reasoning };
}
