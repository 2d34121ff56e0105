import type { Json } from "./answer-format.ts";
import type { Answer, AnswerPart, Conversation, FinishReason } from "./conversation.ts";
import { writeUsage } from "./openai-members.ts";
import { writeCallProof, writeReasoningItem } from "./responses-reasoning.ts";
import { writeResponsesConversation } from "./responses-write-request.ts";
import type { AnswerContext } from "./wire.ts";

/** The object `response`, which stands at the start and the end of a stream and is the whole answer. */

/** Why an answer is not complete; null = it is. */
export function incompleteReason(reason: FinishReason | undefined): string | null {
  if (reason === "length") return "max_output_tokens";
  return reason === "content_filter" || reason === "refusal" ? "content_filter" : null;
}

/** What is known before the answer: its head, and the members of the request that a response repeats. */
export function responseHead(answer: Pick<Answer, "id" | "model" | "createdAt">, context: AnswerContext): Json {
  const { conversation } = context;
  return {
    id: answer.id ?? `resp_${context.newId()}`,
    object: "response",
    created_at: answer.createdAt ?? Math.floor(context.now() / 1000),
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    ...repeated(conversation),
    model: answer.model ?? context.model,
    output: [],
    previous_response_id: null,
    store: false,
    truncation: "disabled",
    usage: null,
  };
}

function repeated(conversation: Conversation): Json {
  const asked = writeResponsesConversation(conversation, { model: "", stream: false });
  const { format, verbosity } = (asked.text ?? {}) as Json;
  const { effort, summary } = (asked.reasoning ?? {}) as Json;
  return {
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    metadata: asked.metadata ?? {},
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    reasoning: { effort: effort ?? null, summary: summary ?? null },
    service_tier: asked.service_tier ?? "default",
    temperature: asked.temperature ?? null,
    text: { format: format ?? { type: "text" }, verbosity: verbosity ?? "medium" },
    tool_choice: asked.tool_choice ?? "auto",
    tools: asked.tools ?? [],
    top_p: asked.top_p ?? null,
    user: asked.user ?? null,
  };
}

/** The head with its answer. */
export function finishedResponse(head: Json, output: Json[], { finish, usage }: Answer): Json {
  const reason = incompleteReason(finish?.reason);
  return {
    ...head,
    status: reason ? "incomplete" : "completed",
    incomplete_details: reason ? { reason } : null,
    output,
    usage: usage ? writeUsage(usage, "input", "output") : null,
  };
}

/** A part of an answer as a whole item. `id` is of the item. */
export function writeOutputItem(part: AnswerPart, id: string, status: string): Json {
  switch (part.kind) {
    case "text":
    case "refusal":
      return { id, type: "message", role: "assistant", status, content: [writeOutputContent(part.kind, part.text)] };
    case "reasoning":
    case "sealed_reasoning":
      return writeReasoningItem(part, id);
    case "tool_call":
      return part.isCustom
        ? { id, type: "custom_tool_call", status, call_id: part.id, name: part.name, input: part.arguments }
        : { id, type: "function_call", status, call_id: part.id, name: part.name, arguments: part.arguments };
    case "image":
      return {
        id,
        type: "image_generation_call",
        status,
        result: part.data,
        output_format: part.mediaType.replace(/^image\//, ""),
      };
  }
}

export function writeOutputContent(kind: "text" | "refusal", text: string): Json {
  return kind === "refusal"
    ? { type: "refusal", refusal: text }
    : { type: "output_text", text, annotations: [], logprobs: [] };
}

const idPrefixes: Record<AnswerPart["kind"], string> = {
  text: "msg",
  refusal: "msg",
  reasoning: "rs",
  sealed_reasoning: "rs",
  tool_call: "fc",
  image: "ig",
};

/** The id of the item a part becomes: a thought keeps its own. */
export function itemIdOf(
  part: { kind: AnswerPart["kind"]; id?: string; isCustom?: boolean },
  context: AnswerContext,
): string {
  const isThought = part.kind === "reasoning" || part.kind === "sealed_reasoning";
  if (isThought && part.id) return part.id;
  return `${part.isCustom ? "ctc" : idPrefixes[part.kind]}_${context.newId()}`;
}

/** A call as it is shown: with an id, which some providers do not give. */
export function withCallId<T extends { kind: AnswerPart["kind"]; id?: string }>(part: T, context: AnswerContext): T {
  return part.kind === "tool_call" && !part.id ? { ...part, id: `call_${context.newId()}` } : part;
}

/** All items of an answer. */
export function writeOutput(parts: readonly AnswerPart[], context: AnswerContext): Json[] {
  return parts.flatMap((part) => {
    const shown = withCallId(part, context);
    const item = writeOutputItem(shown, itemIdOf(shown, context), "completed");
    if (shown.kind !== "tool_call" || !shown.signature) return [item];
    return [writeCallProof(shown.id, shown.signature, `rs_${context.newId()}`), item];
  });
}
