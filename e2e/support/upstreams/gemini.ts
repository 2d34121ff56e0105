import { z } from "zod";
import type { SseItem } from "../../../lib/gateway/testing/scripted-upstream.ts";
import { type Family, type Json, misfit, type Play, pieces, proofs, unpaired, used } from "./play.ts";

const name = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/);
/** What Google gave, or what it takes in the place of a proof. */
const proof = z.union([z.literal(proofs.gemini), z.literal("skip_thought_signature_validator")]).optional();
const args = z.record(z.string(), z.unknown());
const blob = z.strictObject({ mimeType: z.string(), data: z.string() });
const text = z.strictObject({ text: z.string(), thought: z.boolean().optional(), thoughtSignature: proof });
const call = z.strictObject({ id: z.string().optional(), name, args: args.optional() });
const media = z.union([
  z.strictObject({ inlineData: blob }),
  z.strictObject({ fileData: z.strictObject({ fileUri: z.string(), mimeType: z.string().optional() }) }),
]);
const result = z.strictObject({
  id: z.string().optional(),
  name,
  response: args,
  parts: z.array(media).optional(),
});
const part = z.union([
  text,
  media,
  z.strictObject({ functionCall: call, thoughtSignature: proof }),
  z.strictObject({ functionResponse: result }),
]);
const schemaOf = z.record(z.string(), z.unknown());
const declaration = z
  .strictObject({
    name,
    description: z.string().optional(),
    parameters: schemaOf.optional(),
    parametersJsonSchema: schemaOf.optional(),
  })
  .refine((one) => !(one.parameters && one.parametersJsonSchema), "one of parameters and parametersJsonSchema");

/** https://ai.google.dev/api/generate-content: "Cannot find field". */
export const generateRequest = z.strictObject({
  contents: z.array(z.strictObject({ role: z.enum(["user", "model"]), parts: z.array(part).min(1) })).min(1),
  systemInstruction: z
    .strictObject({ role: z.string().optional(), parts: z.array(z.strictObject({ text: z.string() })).min(1) })
    .optional(),
  tools: z.array(z.strictObject({ functionDeclarations: z.array(declaration).min(1) })).optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z.strictObject({
        mode: z.enum(["AUTO", "ANY", "NONE"]),
        allowedFunctionNames: z.array(name).optional(),
      }),
    })
    .optional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.int().positive().optional(),
      temperature: z.number().min(0).max(2).optional(),
      topP: z.number().optional(),
      topK: z.number().optional(),
      stopSequences: z.array(z.string()).max(5).optional(),
      seed: z.int().optional(),
      presencePenalty: z.number().optional(),
      frequencyPenalty: z.number().optional(),
      thinkingConfig: z
        .strictObject({
          thinkingBudget: z.int().optional(),
          thinkingLevel: z.enum(["MINIMAL", "LOW", "MEDIUM", "HIGH"]).optional(),
          includeThoughts: z.boolean().optional(),
        })
        .optional(),
      responseMimeType: z.string().optional(),
      responseJsonSchema: schemaOf.optional(),
      responseSchema: schemaOf.optional(),
    })
    .optional(),
  serviceTier: z.string().optional(),
});

type Request = z.infer<typeof generateRequest>;
type Part = {
  functionCall?: { id?: string; name: string };
  functionResponse?: { id?: string; name: string };
  thoughtSignature?: string;
};

/** Pieces of one turn of the model, as Google's own library keeps a stream, are one turn. */
function wrongInside({ contents }: Request, needsProofs: boolean): string | null {
  let open: string[] = [];
  const key = (one: { id?: string | undefined; name: string }) => one.id ?? one.name;
  for (const [at, { role, parts }] of contents.entries()) {
    const isMore = contents[at - 1]?.role === role;
    const list = parts as Part[];
    if (role === "user") {
      if (isMore) return `contents.${at}: turns of the user on end`;
      const results = list.flatMap((one) => (one.functionResponse ? [key(one.functionResponse)] : []));
      const wrong = unpaired(open, results);
      if (wrong) return `contents.${at}: ${wrong}`;
      open = [];
      continue;
    }
    const calls = list.filter((one) => one.functionCall);
    if (needsProofs && open.length === 0 && calls.length > 0 && !calls[0]?.thoughtSignature)
      return `contents.${at}: Function call is missing a thought_signature`;
    open.push(...calls.flatMap((one) => (one.functionCall ? [key(one.functionCall)] : [])));
  }
  return open.length > 0 ? `calls without results: ${open}` : null;
}

/** Thoughts are counted beside what was said. */
const usageMetadata = {
  promptTokenCount: used.input,
  cachedContentTokenCount: used.cached,
  candidatesTokenCount: used.output - used.thoughts,
  thoughtsTokenCount: used.thoughts,
  totalTokenCount: used.input + used.output,
};

function partsOf({ thought, text: words, calls }: Play): Json[] {
  return [
    ...(thought === undefined ? [] : [{ text: thought, thought: true }]),
    ...(words === undefined ? [] : [{ text: words }]),
    ...(calls ?? []).map(({ id, name: tool, args: given }, at) => ({
      functionCall: { id, name: tool, args: given },
      ...(at === 0 && thought !== undefined && { thoughtSignature: proofs.gemini }),
    })),
  ];
}

function generated(parts: Json[], finishReason: string | null, isLast: boolean): Json {
  return {
    candidates: [{ content: { parts, role: "model" }, ...(finishReason && { finishReason }), index: 0 }],
    usageMetadata: isLast ? usageMetadata : { promptTokenCount: used.input, totalTokenCount: used.input },
    modelVersion: "gemini-3-pro-preview",
    responseId: "OiRZaK6tBfOH1e8P-ZHSyAM",
  };
}

const finishReason = ({ end }: Play) => (end ? (end === "length" ? "MAX_TOKENS" : "SAFETY") : "STOP");

function events(play: Play): SseItem[] {
  const list: Json[] = [];
  for (const one of partsOf(play)) {
    if (typeof one.text === "string")
      for (const piece of pieces(one.text, 6)) list.push(generated([{ ...one, text: piece }], null, false));
    else if (!play.breaks && !play.hangs) list.push(generated([one], null, false));
  }
  if (play.breaks) list.push(errorBody(503, "Overloaded"));
  else if (!play.hangs) list.push(generated([{ text: "" }], finishReason(play), true));
  return list.map((event) => JSON.stringify(event));
}

const statuses: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};

function errorBody(code: number, message: string): Json {
  return { error: { code, message, status: statuses[code] ?? "INTERNAL" } };
}

/** Google's generateContent and streamGenerateContent. */
export const gemini: Family = {
  auth: { header: "x-goog-api-key", prefix: "" },
  hasDone: false,
  wrongWith({ path }, body) {
    const found = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent\?alt=sse)$/.exec(path);
    if (!found) return `wrong path: ${path}`;
    return misfit(generateRequest, body) ?? wrongInside(body as Request, String(found[1]).startsWith("gemini-3"));
  },
  errorBody,
  wantsStream: ({ path }) => path.includes(":streamGenerateContent"),
  answer: (play) => generated(partsOf(play), finishReason(play), true),
  events,
};
