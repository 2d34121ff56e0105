import { z } from "zod";
import type { SseItem } from "../../../lib/gateway/testing/scripted-upstream.ts";
import { type Family, type Json, misfit, type Play, pieces, proofs, unpaired, used } from "./play.ts";

const mark = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() }).optional();
const said = z.string().regex(/\S/, "text content blocks must contain non-whitespace text");
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/);
const text = z.strictObject({ type: z.literal("text"), text: said, cache_control: mark });
const source = z.union([
  z.strictObject({ type: z.literal("base64"), media_type: z.string(), data: z.string() }),
  z.strictObject({ type: z.literal("url"), url: z.string() }),
]);
const image = z.strictObject({ type: z.literal("image"), source, cache_control: mark });
const document = z.strictObject({
  type: z.literal("document"),
  source: z.union([
    source,
    z.strictObject({ type: z.literal("text"), media_type: z.literal("text/plain"), data: z.string() }),
  ]),
  title: z.string().optional(),
  cache_control: mark,
});
const shown = z.union([text, image, document]);
const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: id,
  content: z.union([z.string(), z.array(shown)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: mark,
});
const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("user"), content: z.union([said, z.array(z.union([shown, toolResult])).min(1)]) }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.union([
      said,
      z
        .array(
          z.union([
            text,
            z.strictObject({
              type: z.literal("thinking"),
              thinking: z.string(),
              signature: z.literal(proofs.anthropic, "Invalid `signature` in `thinking` block"),
            }),
            z.strictObject({ type: z.literal("redacted_thinking"), data: z.literal(proofs.anthropic) }),
            z.strictObject({
              type: z.literal("tool_use"),
              id,
              name,
              input: z.record(z.string(), z.unknown()),
              cache_control: mark,
              caller: z.strictObject({ type: z.literal("direct") }).optional(),
            }),
          ]),
        )
        .min(1),
    ]),
  }),
]);
const single = { disable_parallel_tool_use: z.boolean().optional() };

/** https://platform.claude.com/docs/en/api/messages: "Extra inputs are not permitted". */
export const messagesRequest = z.strictObject({
  model: z.string(),
  max_tokens: z.int().positive(),
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal("custom").optional(),
        name,
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal("object") }),
        strict: z.boolean().optional(),
        eager_input_streaming: z.boolean().optional(),
        cache_control: mark,
      }),
    )
    .optional(),
  tool_choice: z
    .union([
      z.strictObject({ type: z.literal("none") }),
      z.strictObject({ type: z.enum(["auto", "any"]), ...single }),
      z.strictObject({ type: z.literal("tool"), name, ...single }),
    ])
    .optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().positive().optional(),
  stop_sequences: z.array(said).optional(),
  thinking: z
    .union([
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024), display: z.string().optional() }),
    ])
    .optional(),
  output_config: z
    .strictObject({ format: z.strictObject({ type: z.literal("json_schema"), schema: z.looseObject({}) }) })
    .optional(),
  context_management: z.looseObject({}).optional(),
  metadata: z.strictObject({ user_id: z.string().max(512) }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
});

type Request = z.infer<typeof messagesRequest>;
type Block = { type: string; id?: string; tool_use_id?: string };

function wrongInside({ messages, thinking, max_tokens: most, tools, ...rest }: Request): string | null {
  let open: string[] = [];
  for (const [at, one] of messages.entries()) {
    if (one.role !== (at % 2 === 0 ? "user" : "assistant")) return `messages.${at}: roles must alternate`;
    const blocks = (typeof one.content === "string" ? [{ type: "text" }] : one.content) as Block[];
    const results = blocks.filter(({ type }) => type === "tool_result").map((block) => String(block.tool_use_id));
    if (one.role === "user") {
      const wrong = unpaired(open, results);
      if (wrong) return `messages.${at}: ${wrong}`;
      if (blocks.slice(0, results.length).some(({ type }) => type !== "tool_result"))
        return `messages.${at}: results have to come first`;
    }
    open = blocks.filter(({ type }) => type === "tool_use").map((block) => String(block.id));
    if (open.length > 0 && !tools) return "tools: calls without tools";
  }
  if (open.length > 0) return `calls without results: ${open}`;
  if (thinking?.type === "enabled") {
    if (thinking.budget_tokens >= most) return "max_tokens must be greater than thinking.budget_tokens";
    if (rest.temperature !== undefined && rest.temperature !== 1) return "temperature may only be 1 with thinking";
    if (rest.tool_choice && !["auto", "none"].includes(rest.tool_choice.type)) return "thinking and a forced tool";
  }
  if (rest.tool_choice && !tools) return "tool_choice: only with tools";
  const marks = JSON.stringify({ messages, tools, system: rest.system }).split('"cache_control":').length - 1;
  return marks > 4 ? `${marks} blocks with cache_control, 4 at most` : null;
}

const inputUsage = {
  input_tokens: used.input - used.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: used.cached,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};
const outputUsage = { output_tokens: used.output, output_tokens_details: { thinking_tokens: used.thoughts } };

function blocksOf({ thought, text: words, calls }: Play): Json[] {
  return [
    ...(thought === undefined ? [] : [{ type: "thinking", thinking: thought, signature: proofs.anthropic }]),
    ...(words === undefined ? [] : [{ type: "text", text: words }]),
    ...(calls ?? []).map(({ id: callId, name: tool, args }) => ({
      type: "tool_use",
      id: callId,
      name: tool,
      input: args,
    })),
  ];
}

function stopReason({ calls, end }: Play): string {
  if (end) return end === "length" ? "max_tokens" : "refusal";
  return calls ? "tool_use" : "end_turn";
}

const messageOf = (body: unknown, more: Json): Json => ({
  id: "msg_013Zva2CMHLNnXjNJJKqJ2EF",
  type: "message",
  role: "assistant",
  model: (body as Request).model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { ...inputUsage, output_tokens: 1, service_tier: "standard" },
  ...more,
});

function events(play: Play, body: unknown): SseItem[] {
  const list: Json[] = [{ type: "message_start", message: messageOf(body, {}) }, { type: "ping" }];
  for (const [index, block] of blocksOf(play).entries()) {
    const delta = (value: Json) => ({ type: "content_block_delta", index, delta: value });
    const start = (content_block: Json) => list.push({ type: "content_block_start", index, content_block });
    if (block.type === "thinking") {
      start({ ...block, thinking: "", signature: "" });
      for (const thinking of pieces(String(block.thinking))) list.push(delta({ type: "thinking_delta", thinking }));
      list.push(delta({ type: "signature_delta", signature: block.signature }));
    } else if (block.type === "text") {
      start({ ...block, text: "" });
      for (const more of pieces(String(block.text))) list.push(delta({ type: "text_delta", text: more }));
    } else {
      start({ ...block, input: {} });
      for (const partial_json of ["", ...pieces(JSON.stringify(block.input))])
        list.push(delta({ type: "input_json_delta", partial_json }));
    }
    if ((play.breaks || play.hangs) && block.type === "text") break;
    list.push({ type: "content_block_stop", index });
  }
  if (play.breaks) list.push({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
  else if (!play.hangs) {
    const delta = { stop_reason: stopReason(play), stop_sequence: null };
    list.push({ type: "message_delta", delta, usage: { ...inputUsage, ...outputUsage } }, { type: "message_stop" });
  }
  return list.map((event) => ({ event: String(event.type), data: JSON.stringify(event) }));
}

const errorTypes: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

/** Anthropic's Messages and their tokens counted. */
export const anthropic: Family = {
  auth: { header: "x-api-key", prefix: "" },
  hasDone: false,
  headers: { "request-id": "req_018EeWyXxfu5pfWkrYcMdjWG" },
  wrongWith({ path, headers }, body) {
    if (!/^\d{4}-\d\d-\d\d$/.test(headers["anthropic-version"] ?? "")) return "anthropic-version: header is required";
    if (/^\/v1\/messages\/count_tokens(\?beta=true)?$/.test(path))
      return misfit(messagesRequest.omit({ max_tokens: true, stream: true, metadata: true }), body);
    if (!/^\/v1\/messages(\?beta=true)?$/.test(path)) return `wrong path: ${path}`;
    return misfit(messagesRequest, body) ?? wrongInside(body as Request);
  },
  errorBody: (status, words) => ({
    type: "error",
    error: { type: errorTypes[status] ?? "api_error", message: words },
    request_id: "req_018EeWyXxfu5pfWkrYcMdjWG",
  }),
  wantsStream: (_request, body) => (body as Request).stream === true,
  answer: (play, body) =>
    "max_tokens" in (body as object)
      ? messageOf(body, {
          content: blocksOf(play),
          stop_reason: stopReason(play),
          usage: { ...inputUsage, ...outputUsage, service_tier: "standard" },
        })
      : { input_tokens: 2095 },
  events,
};
