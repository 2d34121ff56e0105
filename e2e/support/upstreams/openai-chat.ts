import { z } from "zod";
import { type Family, type Json, misfit, type Play, pieces, unpaired, used } from "./play.ts";

const schemaOf = z.record(z.string(), z.unknown());
const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const part = z.union([
  textPart,
  z.strictObject({
    type: z.literal("image_url"),
    image_url: z.strictObject({ url: z.string(), detail: z.enum(["auto", "low", "high"]).optional() }),
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.string(), format: z.string() }),
  }),
  z.strictObject({
    type: z.literal("file"),
    file: z.strictObject({ filename: z.string(), file_data: z.string().startsWith("data:") }),
  }),
]);
const call = z.strictObject({
  id: z.string().min(1).max(64),
  type: z.literal("function"),
  function: z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), arguments: z.string() }),
});
const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "developer"]), content: z.union([z.string(), z.array(textPart).min(1)]) }),
  z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(part).min(1)]) }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.union([z.string(), z.array(textPart).min(1)]).nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(call).min(1).optional(),
    audio: z.null().optional(),
    annotations: z.array(z.unknown()).optional(),
  }),
  z.strictObject({
    role: z.literal("tool"),
    tool_call_id: z.string(),
    content: z.union([z.string(), z.array(textPart).min(1)]),
  }),
]);

/** https://platform.openai.com/docs/api-reference/chat/create: unknown members are refused. */
export const chatRequest = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal("function"),
        function: z.strictObject({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          description: z.string().optional(),
          parameters: schemaOf.optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z
    .union([
      z.strictObject({ type: z.enum(["text", "json_object"]) }),
      z.strictObject({
        type: z.literal("json_schema"),
        json_schema: z.strictObject({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          schema: schemaOf,
          description: z.string().optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .optional(),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).optional(),
  seed: z.int().optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  reasoning_effort: z.string().optional(),
  verbosity: z.enum(["low", "medium", "high"]).optional(),
  user: z.string().max(64).optional(),
  prompt_cache_key: z.string().optional(),
  service_tier: z.string().optional(),
  store: z.boolean().optional(),
});

type Request = z.infer<typeof chatRequest>;

function wrongInside({ messages, stream, stream_options: options, tools, ...rest }: Request): string | null {
  if (options && !stream) return "stream_options: only allowed when stream is true";
  if (!tools && (rest.tool_choice !== undefined || rest.parallel_tool_calls !== undefined))
    return "tool_choice: only allowed with tools";
  if (rest.reasoning_effort !== undefined && /^gpt-4/.test(rest.model))
    return "Unrecognized request argument supplied: reasoning_effort";
  let open: string[] = [];
  for (const [at, one] of messages.entries()) {
    if (one.role === "tool") {
      if (!open.includes(one.tool_call_id)) return `messages.${at}: no call ${one.tool_call_id} before it`;
      open = open.filter((id) => id !== one.tool_call_id);
    } else if (open.length > 0) return `messages.${at}: calls without results: ${open}`;
    if (one.role === "assistant") {
      const ids = (one.tool_calls ?? []).map(({ id }) => id);
      const twice = unpaired(ids, ids);
      if (twice) return twice;
      open = ids;
      if (!one.content && !one.tool_calls && !one.refusal) return `messages.${at}: says nothing`;
    }
  }
  return open.length > 0 ? `calls without results: ${open}` : null;
}

const usage = {
  prompt_tokens: used.input,
  completion_tokens: used.output,
  total_tokens: used.input + used.output,
  prompt_tokens_details: { cached_tokens: used.cached, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: used.thoughts, audio_tokens: 0 },
};

const head = (body: unknown, object: string): Json => ({
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object,
  created: 1_741_569_952,
  model: (body as Request).model,
  service_tier: "default",
  system_fingerprint: "fp_1",
});

function finish({ calls, end }: Play): string {
  if (end) return end === "length" ? "length" : "content_filter";
  return calls ? "tool_calls" : "stop";
}

function answer(play: Play, body: unknown): Json {
  const calls = play.calls?.map(({ id, name, args }) => ({
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }));
  const said = {
    role: "assistant",
    content: play.text ?? null,
    refusal: null,
    annotations: [],
    ...(calls && { tool_calls: calls }),
  };
  return {
    ...head(body, "chat.completion"),
    choices: [{ index: 0, message: said, logprobs: null, finish_reason: finish(play) }],
    usage,
  };
}

function events(play: Play, body: unknown): string[] {
  const wantsUsage = (body as Request).stream_options?.include_usage === true;
  const chunk = (delta: Json, reason: string | null = null) =>
    JSON.stringify({
      ...head(body, "chat.completion.chunk"),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
      ...(wantsUsage && { usage: null }),
    });
  const list = [chunk({ role: "assistant", content: play.text === undefined ? null : "", refusal: null })];
  for (const content of pieces(play.text ?? "")) list.push(chunk({ content }));
  if (play.hangs) return list;
  if (play.breaks)
    return [
      ...list,
      JSON.stringify({ error: { message: "Overloaded", type: "server_error", param: null, code: null } }),
    ];
  for (const [index, { id, name, args }] of (play.calls ?? []).entries()) {
    list.push(chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }));
    for (const text of pieces(JSON.stringify(args)))
      list.push(chunk({ tool_calls: [{ index, function: { arguments: text } }] }));
  }
  list.push(chunk({}, finish(play)));
  if (wantsUsage) list.push(JSON.stringify({ ...head(body, "chat.completion.chunk"), choices: [], usage }));
  return list;
}

/** OpenAI's chat completions, at `path`. Its models do not show their thoughts. */
export function openaiChat(
  path = "/v1/chat/completions",
  auth: Family["auth"] = { header: "authorization", prefix: "Bearer " },
): Family {
  return {
    auth,
    hasDone: true,
    wrongWith(request, body) {
      if (request.path !== path) return `wrong path: ${request.path}`;
      return misfit(chatRequest, body) ?? wrongInside(body as Request);
    },
    errorBody: (status, text) => ({
      error: {
        message: text,
        type: status === 429 ? "requests" : status < 500 ? "invalid_request_error" : "server_error",
        param: null,
        code: status === 401 ? "invalid_api_key" : status === 429 ? "rate_limit_exceeded" : null,
      },
    }),
    wantsStream: (_request, body) => (body as Request).stream === true,
    answer,
    events,
  };
}
