import type { z } from "zod";
import { ChatCompletionInput } from "../schemas/chat.ts";
import {
  CompletionInput,
  CountTokensInput,
  EmbeddingInput,
  GenerateContentInput,
  ImageInput,
  MessagesCountInput,
  MessagesInput,
  ModerationInput,
  RerankInput,
  ResponseInput,
  SpeechInput,
  UploadFields,
} from "../schemas/gateway-requests.ts";
import { errorReference, type Json, pathParameters, requestId, schemaOf } from "./openapi-parts.ts";

const security = [{ clientKey: [] }];
const json = { "application/json": { schema: {} } };
const events = { "text/event-stream": { schema: { type: "string" } } };
const bytes = { "*/*": { schema: { type: "string", contentMediaType: "application/octet-stream" } } };

const headers = {
  ...requestId,
  "x-sluice-provider": { description: "Who answered.", schema: { type: "string" } },
  "x-sluice-model": { description: "The upstream model that answered.", schema: { type: "string" } },
  "x-sluice-attempts": { description: "Upstream requests made for this call.", schema: { type: "integer" } },
  "x-sluice-overhead-ms": { description: "Time spent in the gateway.", schema: { type: "number" } },
  "x-sluice-dropped": {
    description:
      "What was asked for and left out, because the format of the provider that answered has no words for it.",
    schema: { type: "string" },
  },
};

export type Call = {
  path: string;
  operationId: string;
  summary: string;
  /** A JSON body. */
  body?: z.ZodType;
  /** A form: its files by name. */
  files?: readonly string[];
  answers: Json;
};

const calls: readonly Call[] = [
  {
    path: "/chat/completions",
    operationId: "createChatCompletion",
    summary: "Chat completion, answered by the first deployment of the group that can; streamed if asked",
    body: ChatCompletionInput,
    answers: { ...json, ...events },
  },
  {
    path: "/completions",
    operationId: "createCompletion",
    summary: "Text completion, streamed if asked",
    body: CompletionInput,
    answers: { ...json, ...events },
  },
  {
    path: "/responses",
    operationId: "createResponse",
    summary: "OpenAI Responses, for providers that have them; streamed if asked",
    body: ResponseInput,
    answers: { ...json, ...events },
  },
  {
    path: "/messages",
    operationId: "createMessage",
    summary: "Anthropic Messages, answered by any provider; streamed if asked. Errors have Anthropic's shape",
    body: MessagesInput,
    answers: { ...json, ...events },
  },
  {
    path: "/messages/count_tokens",
    operationId: "countMessageTokens",
    summary: "Tokens of a Messages request, counted by a provider that can, else here (`x-sluice-counted-by: sluice`)",
    body: MessagesCountInput,
    answers: json,
  },
  {
    path: "/embeddings",
    operationId: "createEmbedding",
    summary: "Vectors of texts",
    body: EmbeddingInput,
    answers: json,
  },
  {
    path: "/moderations",
    operationId: "createModeration",
    summary: "Whether texts or pictures may do harm",
    body: ModerationInput,
    answers: json,
  },
  {
    path: "/rerank",
    operationId: "createRerank",
    summary: "Documents in the order of how well they answer a query",
    body: RerankInput,
    answers: json,
  },
  {
    path: "/images/generations",
    operationId: "createImage",
    summary: "Pictures from a text",
    body: ImageInput,
    answers: { ...json, ...events },
  },
  {
    path: "/images/edits",
    operationId: "createImageEdit",
    summary: "Pictures from pictures and a text; as a form with files, or as JSON that names them",
    body: ImageInput,
    files: ["image", "mask"],
    answers: { ...json, ...events },
  },
  {
    path: "/images/variations",
    operationId: "createImageVariation",
    summary: "Pictures like a picture",
    files: ["image"],
    answers: json,
  },
  {
    path: "/audio/speech",
    operationId: "createSpeech",
    summary: "A text as sound, sent while it is made",
    body: SpeechInput,
    answers: { ...bytes, ...events },
  },
  {
    path: "/audio/transcriptions",
    operationId: "createTranscription",
    summary: "What is said in a recording",
    files: ["file"],
    answers: { ...json, "text/plain": { schema: { type: "string" } }, ...events },
  },
  {
    path: "/audio/translations",
    operationId: "createTranslation",
    summary: "What is said in a recording, in English",
    files: ["file"],
    answers: { ...json, "text/plain": { schema: { type: "string" } } },
  },
];

const providerParameter = {
  name: "provider",
  in: "query",
  required: false,
  description: "A provider, by its name or its vendor (`openai`), that is asked before all others of the group.",
  schema: { type: "string" },
};

/** Google's methods, whose model stands in the path: `/v1beta/models/{model}:{method}`. */
const geminiCalls: readonly Call[] = [
  {
    path: "/models/{model}:generateContent",
    operationId: "generateContent",
    summary: "Google's generateContent, answered by any provider. Errors have Google's shape",
    body: GenerateContentInput,
    answers: json,
  },
  {
    path: "/models/{model}:streamGenerateContent",
    operationId: "streamGenerateContent",
    summary: "The same as a stream: events with `alt=sse`, else one JSON array that grows",
    body: GenerateContentInput,
    answers: { ...events, ...json },
  },
  {
    path: "/models/{model}:countTokens",
    operationId: "countTokens",
    summary: "Tokens of a request, counted by a provider that can, else here (`x-sluice-counted-by: sluice`)",
    body: CountTokensInput,
    answers: json,
  },
];

export function callEntry({ path, operationId, summary, body, files, answers }: Call): Json {
  return {
    post: {
      operationId,
      tags: ["gateway"],
      summary,
      security,
      parameters: [...pathParameters(path), providerParameter],
      requestBody: {
        required: true,
        content: {
          ...(body && { "application/json": { schema: schemaOf(body) } }),
          ...(files && { "multipart/form-data": { schema: formSchema(files) } }),
        },
      },
      responses: {
        200: { description: "As the provider answered.", headers, content: answers },
        default: errorReference,
      },
    },
  };
}

function formSchema(files: readonly string[]): Json {
  const { properties, ...rest } = schemaOf(UploadFields) as { properties: Json };
  const file = { type: "string", contentMediaType: "application/octet-stream" };
  return { ...rest, properties: { ...properties, ...Object.fromEntries(files.map((name) => [name, file])) } };
}

const modelParameter = {
  name: "model",
  in: "query",
  required: false,
  description:
    "The group whose provider has the response; may also be the header x-sluice-model. Not needed where the key may use one group or one provider only.",
  schema: { type: "string" },
};

export function readEntry(
  operationId: string,
  summary: string,
  path: string,
  more: Json[] = [],
  success: Json = json,
): Json {
  return {
    operationId,
    tags: ["gateway"],
    summary,
    security,
    parameters: [...pathParameters(path), ...more],
    responses: {
      200: { description: "As OpenAI answers it.", headers: requestId, content: success },
      default: errorReference,
    },
  };
}

/** Whatever else providers have. */
export function relayEntry(method: string, path: string): Json {
  const isProxy = path.startsWith("/api/proxy/");
  return readEntry(
    `${method}${isProxy ? "Proxied" : "Relayed"}`,
    isProxy
      ? "Every path of this document at one provider, by its name or its vendor"
      : "Any other path, relayed to a provider of the `model` named in JSON, form or query",
    path,
    [{ ...modelParameter, description: "The group, where the body does not name it." }],
    bytes,
  );
}

/** What clients call. The same paths are served below `/v1` and `/api/v1`, Google's below `/v1beta` and `/api/v1beta`. */
export function gatewayPaths(): Record<string, Json> {
  const stored = "/api/v1/responses/{id}";
  const relayed = "/api/v1/{path}";
  return {
    ...Object.fromEntries(calls.map((call) => [`/api/v1${call.path}`, callEntry(call)])),
    [stored]: {
      get: readEntry("readResponse", "A stored response, from the provider that has it", stored, [modelParameter]),
      delete: readEntry("deleteResponse", "Deletes a stored response where it is stored", stored, [modelParameter]),
    },
    "/api/v1/models": {
      get: readEntry(
        "listModels",
        "The groups (and raw models) this key may use; in Anthropic's form and pages where `anthropic-version` is sent",
        "/api/v1/models",
      ),
    },
    "/api/v1/models/{id}": { get: readEntry("readModel", "One group or raw model", "/api/v1/models/{id}") },
    ...Object.fromEntries(geminiCalls.map((call) => [`/v1beta${call.path}`, callEntry(call)])),
    "/v1beta/models": {
      get: readEntry("listGeminiModels", "The same models in Google's form and pages", "/v1beta/models", [
        { name: "pageSize", in: "query", required: false, schema: { type: "integer", minimum: 1 } },
        { name: "pageToken", in: "query", required: false, schema: { type: "string" } },
      ]),
    },
    "/v1beta/models/{model}": {
      get: readEntry("readGeminiModel", "One model in Google's form", "/v1beta/models/{model}"),
    },
    [relayed]: Object.fromEntries(
      ["get", "post", "put", "patch", "delete"].map((method) => [method, relayEntry(method, relayed)]),
    ),
  };
}
