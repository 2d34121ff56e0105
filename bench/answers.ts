import { formatSseEvent } from "../lib/gateway/sse.ts";
import { chatChunk, chatCompletion, chatUsageChunk } from "../lib/gateway/testing/scripted-upstream.ts";

export const eventsPerStream = 100;

/** What the canned upstream answers without a stream: some 60 words. */
export const completion = chatCompletion({ content: "The quick brown fox jumps over the lazy dog. ".repeat(7) });

/** What it answers as a stream: role, 96 tokens, finish reason, usage, `[DONE]`. */
export const streamEvents: string[] = [
  chatChunk({ role: "assistant", content: "" }),
  ...Array.from({ length: eventsPerStream - 4 }, (_, index) => chatChunk({ content: ` word${index}` })),
  chatChunk({}, "stop"),
  chatUsageChunk(),
  "[DONE]",
].map((data) => formatSseEvent({ data }));
