import { z } from "zod";
import type { SseItem } from "../../../lib/gateway/testing/scripted-upstream.ts";
import { type Family, type Json, misfit, type Play, pieces, proofs, unpaired, used } from "./play.ts";

const schemaOf = z.record(z.string(), z.unknown());
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const status = z.enum(["in_progress", "completed", "incomplete"]).optional();
const shown = z.union([
  z.strictObject({ type: z.literal("input_text"), text: z.string() }),
  z.strictObject({
    type: z.literal("input_image"),
    image_url: z.string(),
    detail: z.enum(["auto", "low", "high"]).optional(),
  }),
  z.strictObject({
    type: z.literal("input_file"),
    filename: z.string().optional(),
    file_data: z.string().startsWith("data:").optional(),
    file_url: z.string().optional(),
  }),
]);
const said = z.union([
  z.strictObject({
    type: z.literal("output_text"),
    text: z.string(),
    annotations: z.array(z.unknown()).optional(),
    logprobs: z.array(z.unknown()).optional(),
  }),
  z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
]);
const type = z.literal("message").optional();
const id = z.string().optional();
const output = z.union([z.string(), z.array(shown).min(1)]);
const item = z.union([
  z.strictObject({
    type,
    role: z.enum(["user", "system", "developer"]),
    content: z.union([z.string(), z.array(shown).min(1)]),
  }),
  z.strictObject({
    type,
    id,
    status,
    phase: z.string().optional(),
    role: z.literal("assistant"),
    content: z.union([z.string(), z.array(said).min(1)]),
  }),
  z.strictObject({ type: z.literal("function_call"), id, status, call_id: z.string(), name, arguments: z.string() }),
  z.strictObject({ type: z.literal("custom_tool_call"), id, status, call_id: z.string(), name, input: z.string() }),
  z.strictObject({ type: z.literal("function_call_output"), id, status, call_id: z.string(), output }),
  z.strictObject({ type: z.literal("custom_tool_call_output"), id, call_id: z.string(), output }),
  z.strictObject({
    type: z.literal("reasoning"),
    id,
    status,
    summary: z.array(z.strictObject({ type: z.literal("summary_text"), text: z.string() })),
    content: z.null().optional(),
    encrypted_content: z.literal(proofs.openai),
  }),
]);
const format = z.union([
  z.strictObject({ type: z.enum(["text", "json_object"]) }),
  z.strictObject({
    type: z.literal("json_schema"),
    name,
    schema: schemaOf,
    description: z.string().optional(),
    strict: z.boolean().nullish(),
  }),
]);

/** https://platform.openai.com/docs/api-reference/responses/create: unknown members are refused. */
export const responsesRequest = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(item).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().optional(),
  store: z.boolean().optional(),
  include: z.array(z.literal("reasoning.encrypted_content")).optional(),
  tools: z
    .array(
      z.union([
        z.strictObject({
          type: z.literal("function"),
          name,
          description: z.string().nullish(),
          parameters: schemaOf,
          strict: z.boolean(),
        }),
        z.strictObject({
          type: z.literal("custom"),
          name,
          description: z.string().optional(),
          format: z
            .union([
              z.strictObject({ type: z.literal("text") }),
              z.strictObject({ type: z.literal("grammar"), syntax: z.enum(["lark", "regex"]), definition: z.string() }),
            ])
            .optional(),
        }),
      ]),
    )
    .optional(),
  tool_choice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.strictObject({ type: z.enum(["function", "custom"]), name: z.string() }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  text: z
    .strictObject({ format: format.optional(), verbosity: z.enum(["low", "medium", "high"]).optional() })
    .optional(),
  reasoning: z
    .strictObject({ effort: z.string().nullish(), summary: z.enum(["auto", "concise", "detailed"]).nullish() })
    .nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().max(64).optional(),
  prompt_cache_key: z.string().optional(),
  service_tier: z.string().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  client_metadata: z.record(z.string(), z.string()).optional(),
});

type Request = z.infer<typeof responsesRequest>;

function wrongInside({ input }: Request): string | null {
  if (typeof input === "string") return null;
  const of = (suffix: string) =>
    input.flatMap((one) => (one.type?.endsWith(suffix) && "call_id" in one ? [one.call_id] : []));
  const lonely = input.findIndex((one, at) => one.type === "reasoning" && at === input.length - 1);
  if (lonely >= 0) return `input.${lonely}: a thought without what followed it`;
  return unpaired(of("_call"), of("_output"));
}

const usage = {
  input_tokens: used.input,
  input_tokens_details: { cached_tokens: used.cached },
  output_tokens: used.output,
  output_tokens_details: { reasoning_tokens: used.thoughts },
  total_tokens: used.input + used.output,
};

function response(body: unknown, more: Json): Json {
  const { model, instructions, tools, text, reasoning, temperature } = body as Request;
  return {
    id: "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
    object: "response",
    created_at: 1_741_476_542,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    instructions: instructions ?? null,
    max_output_tokens: null,
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: reasoning?.effort ?? null, summary: null },
    store: false,
    temperature: temperature ?? 1,
    text: { format: text?.format ?? { type: "text" } },
    tool_choice: "auto",
    tools: tools ?? [],
    top_p: 1,
    truncation: "disabled",
    usage: null,
    metadata: {},
    ...more,
  };
}

function itemsOf({ thought, text, calls }: Play, body: unknown): Json[] {
  const customs = ((body as Request).tools ?? []).filter((tool) => tool.type === "custom").map((tool) => tool.name);
  return [
    ...(thought === undefined
      ? []
      : [
          {
            id: "rs_1",
            type: "reasoning",
            summary: [{ type: "summary_text", text: thought }],
            encrypted_content: proofs.openai,
          },
        ]),
    ...(text === undefined
      ? []
      : [
          {
            id: "msg_1",
            type: "message",
            status: "completed",
            role: "assistant",
            content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
          },
        ]),
    ...(calls ?? []).map(({ id: callId, name: tool, args }, at) =>
      customs.includes(tool)
        ? {
            id: `ctc_${at}`,
            type: "custom_tool_call",
            status: "completed",
            call_id: callId,
            name: tool,
            input: String(args.input),
          }
        : {
            id: `fc_${at}`,
            type: "function_call",
            status: "completed",
            call_id: callId,
            name: tool,
            arguments: JSON.stringify(args),
          },
    ),
  ];
}

function ended({ end }: Play): Json {
  if (!end) return { status: "completed", usage };
  const reason = end === "length" ? "max_output_tokens" : "content_filter";
  return { status: "incomplete", incomplete_details: { reason }, usage };
}

function events(play: Play, body: unknown): SseItem[] {
  const list: Json[] = [
    { type: "response.created", response: response(body, {}) },
    { type: "response.in_progress", response: response(body, {}) },
  ];
  const output = itemsOf(play, body);
  for (const [at, one] of output.entries()) list.push(...itemEvents(one, at, play.breaks || play.hangs));
  if (play.breaks) {
    const error = { code: "server_error", message: "Overloaded" };
    list.push({ type: "response.failed", response: response(body, { status: "failed", error }) });
  } else if (!play.hangs) {
    const more = ended(play);
    list.push({ type: `response.${String(more.status)}`, response: response(body, { output, ...more }) });
  }
  return list.map((event, number) => ({
    event: String(event.type),
    data: JSON.stringify({ ...event, sequence_number: number }),
  }));
}

function itemEvents(one: Json, at: number, isOpen = false): Json[] {
  const item_id = one.id;
  const inItem = { item_id, output_index: at };
  const deltas = (event: string, text: string, more: Json = {}) =>
    pieces(text).map((delta) => ({ type: `response.${event}.delta`, ...inItem, ...more, delta }));
  const added = (item: Json) => ({ type: "response.output_item.added", output_index: at, item });
  const done = { type: "response.output_item.done", output_index: at, item: one };
  if (one.type === "reasoning") {
    const [part] = one.summary as [{ text: string }];
    const inSummary = { ...inItem, summary_index: 0 };
    return [
      added({ ...one, summary: [] }),
      { type: "response.reasoning_summary_part.added", ...inSummary, part: { type: "summary_text", text: "" } },
      ...deltas("reasoning_summary_text", part.text, { summary_index: 0 }),
      { type: "response.reasoning_summary_text.done", ...inSummary, text: part.text },
      { type: "response.reasoning_summary_part.done", ...inSummary, part },
      done,
    ];
  }
  if (one.type === "message") {
    const [part] = one.content as [{ text: string }];
    const inContent = { ...inItem, content_index: 0 };
    const told = [
      added({ ...one, status: "in_progress", content: [] }),
      { type: "response.content_part.added", ...inContent, part: { ...part, text: "" } },
      ...deltas("output_text", part.text, { content_index: 0, logprobs: [] }),
    ];
    if (isOpen) return told;
    return [
      ...told,
      { type: "response.output_text.done", ...inContent, text: part.text, logprobs: [] },
      { type: "response.content_part.done", ...inContent, part },
      done,
    ];
  }
  const [event, member] =
    one.type === "custom_tool_call" ? ["custom_tool_call_input", "input"] : ["function_call_arguments", "arguments"];
  return [
    added({ ...one, status: "in_progress", [member]: "" }),
    ...deltas(event, String(one[member])),
    { type: `response.${event}.done`, ...inItem, [member]: one[member] },
    done,
  ];
}

/** OpenAI's Responses, at `path`. */
export function openaiResponses(
  path = "/v1/responses",
  auth: Family["auth"] = { header: "authorization", prefix: "Bearer " },
): Family {
  return {
    auth,
    hasDone: false,
    wrongWith(request, body) {
      if (request.path !== path) return `wrong path: ${request.path}`;
      return misfit(responsesRequest, body) ?? wrongInside(body as Request);
    },
    errorBody: (code, message) => ({
      error: { message, type: code < 500 ? "invalid_request_error" : "server_error", param: null, code: null },
    }),
    wantsStream: (_request, body) => (body as Request).stream === true,
    answer: (play, body) => response(body, { output: itemsOf(play, body), ...ended(play) }),
    events,
  };
}
