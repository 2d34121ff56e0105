import type { ProviderCapabilities } from "../gateway/capabilities.ts";
import { ChatCompletionInput } from "../schemas/chat.ts";
import { callEntry, readEntry, relayEntry } from "./openapi-gateway.ts";
import { errorReference, type Json, pathParameters, requestId } from "./openapi-parts.ts";

const json = { "application/json": { schema: {} } };

/** Of health, which anybody may ask. */
function openEntry(operationId: string, summary: string, properties: Json): Json {
  return {
    get: {
      operationId,
      tags: ["operations"],
      summary,
      security: [],
      responses: {
        200: { description: "It runs.", content: { "application/json": { schema: { type: "object", properties } } } },
      },
    },
  };
}

function adminEntry(operationId: string, summary: string, path: string, method: "get" | "post"): Json {
  return {
    [method]: {
      operationId,
      tags: ["operations"],
      summary,
      description: "For an admin token or a session, or for anybody while `ADMIN_STATS_OPEN` is on.",
      security: [{ adminToken: [] }, { session: [] }],
      parameters: pathParameters(path),
      responses: { 200: { description: "Done.", headers: requestId, content: json }, default: errorReference },
    },
  };
}

const text = { type: "string" };
const capabilityNames = [
  "provider",
  "name",
  "display_name",
  "icon",
  "models",
  "supported_features",
] as const satisfies readonly (keyof ProviderCapabilities)[];

/** The paths of the products that this one replaces: the same handlers in the shapes their clients know. */
export function compatibilityPaths(): Record<string, Json> {
  const proxied = "/api/proxy/{provider}/{path}";
  return {
    "/api/chat/completions": callEntry({
      path: "/api/chat/completions",
      operationId: "createChatCompletionOfOldClients",
      summary: "Chat completion on the path of older clients, usually with `?provider=`",
      body: ChatCompletionInput,
      answers: { ...json, "text/event-stream": { schema: text } },
    }),
    "/api/models": {
      get: readEntry("listModelsOfOldClients", "The model list on the path of older clients", "/api/models"),
    },
    [proxied]: Object.fromEntries(
      ["get", "post", "put", "patch", "delete"].map((method) => [method, relayEntry(method, proxied)]),
    ),
    "/api/providers/capabilities": {
      get: readEntry(
        "listCapabilities",
        `What the providers behind this key's models can do: ${capabilityNames.join(", ")}`,
        "/api/providers/capabilities",
      ),
    },
    "/health": openEntry("health", "Whether this process answers", { status: text, version: text }),
    "/api/health": openEntry("apiHealth", "The same for older clients", {
      success: { type: "boolean" },
      message: text,
      timestamp: text,
    }),
    "/admin/stats": adminEntry(
      "readGroupStats",
      "What the current periods have used, by group and provider",
      "",
      "get",
    ),
    "/admin/reload": adminEntry("reloadConfiguration", "Reads the configuration again", "", "post"),
    "/metrics": {
      get: {
        ...(adminEntry("readMetrics", "Figures for Prometheus", "", "get").get as Json),
        description: "For programs on this machine; for others with an admin token or a session.",
        responses: {
          200: { description: "One sample a line.", content: { "text/plain": { schema: text } } },
          default: errorReference,
        },
      },
    },
    "/admin/providers/{model}": adminEntry(
      "readGroupProviders",
      "The providers of a group and whether each can take a call",
      "/admin/providers/{model}",
      "get",
    ),
  };
}
