import type { z } from "zod";
import { errorCodes } from "../errors.ts";
import { fieldProblemCodes } from "../schemas/problems.ts";
import type { AdminOperation } from "./admin.ts";
import type { ApiOperation } from "./api-route.ts";
import { compatibilityPaths } from "./openapi-compatibility.ts";
import { gatewayPaths } from "./openapi-gateway.ts";
import { errorReference, type Json, pathParameters, requestId, schemaOf } from "./openapi-parts.ts";
import type { PortalRoute } from "./portal-route.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof methods)[number];

/** The management routes by path (`/api/admin/keys/{id}`), each with its methods. */
export type DocumentedRoutes = Record<string, Partial<Record<Method, { operation: AdminOperation }>>>;

/** The same for the portal of key holders. */
export type DocumentedPortalRoutes = Record<string, Partial<Record<Method, Pick<PortalRoute, "operation">>>>;

function queryParameters(schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {} } = schemaOf(schema) as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: "query",
    required: false,
    schema: property,
  }));
}

/** `GET /api/admin/keys/{id}` → `getKeysId`. */
function operationId(method: Method, path: string): string {
  const words = path.replace(/^\/api(\/admin)?/, "").match(/[a-z]+/gi) ?? [];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function adminEntry(path: string, method: Method, operation: AdminOperation): Json {
  return {
    ...entryOf(path, method, operation),
    tags: ["management"],
    description: `Needs the permission \`${operation.permission}\`.`,
    security: [{ adminToken: [] }, { session: [] }],
  };
}

function portalEntry(path: string, method: Method, operation: PortalRoute["operation"]): Json {
  return {
    ...entryOf(path, method, operation),
    tags: ["portal"],
    description: "Answers 404 while the setting `portalEnabled` is off.",
    security: operation.session ? [{ portalSession: [] }] : [],
  };
}

function entryOf(path: string, method: Method, operation: ApiOperation): Json {
  const status = operation.status ?? 200;
  const { answers = ["application/json"] } = operation;
  const content = Object.fromEntries(answers.map((mediaType) => [mediaType, { schema: {} }]));
  return {
    operationId: operationId(method, path),
    summary: operation.summary,
    parameters: [...pathParameters(path), ...queryParameters(operation.query)],
    ...(operation.body && {
      requestBody: { required: true, content: { "application/json": { schema: schemaOf(operation.body) } } },
    }),
    responses:
      method === "DELETE" || status === 204
        ? { 204: { description: "Done.", headers: requestId }, default: errorReference }
        : { [status]: { description: "Done.", headers: requestId, content }, default: errorReference },
  };
}

const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["message", "type", "param", "code"],
      properties: {
        message: { type: "string" },
        type: { type: "string" },
        param: { type: ["string", "null"], description: "Path of the member at fault." },
        code: { type: "string", enum: errorCodes },
        details: {
          type: "object",
          properties: {
            fields: {
              type: "array",
              items: {
                type: "object",
                properties: {
                  path: { type: "string" },
                  code: { type: "string", enum: fieldProblemCodes },
                  params: { type: "object" },
                  message: { type: "string" },
                },
              },
            },
          },
        },
      },
    },
  },
};

function pathsOf<Operation>(
  routes: Record<string, Partial<Record<Method, { operation: Operation }>>>,
  entry: (path: string, method: Method, operation: Operation) => Json,
): Record<string, Json> {
  const ofPath = (path: string, byMethod: Partial<Record<Method, { operation: Operation }>>) =>
    methods.flatMap((method) => {
      const route = byMethod[method];
      return route ? [[method.toLowerCase(), entry(path, method, route.operation)] as const] : [];
    });
  return Object.fromEntries(
    Object.entries(routes).map(([path, byMethod]) => [path, Object.fromEntries(ofPath(path, byMethod))]),
  );
}

/** The OpenAPI 3.1 document: routes of our own APIs from the very schemas they parse with, and the data plane's. */
export function openApiDocument(management: DocumentedRoutes, portal: DocumentedPortalRoutes = {}): Json {
  const paths = {
    ...gatewayPaths(),
    ...compatibilityPaths(),
    ...pathsOf(management, adminEntry),
    ...pathsOf(portal, portalEntry),
  };
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      description:
        "One OpenAI-compatible endpoint in front of every provider. Money is USD as decimal strings, times are RFC 3339, unknown fields are refused.",
    },
    paths,
    components: {
      securitySchemes: {
        clientKey: { type: "http", scheme: "bearer", description: "An API key issued by this gateway." },
        adminToken: {
          type: "http",
          scheme: "bearer",
          description: "An admin token from Settings, or ADMIN_API_TOKEN.",
        },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token", description: "A console session." },
        portalSession: {
          type: "apiKey",
          in: "cookie",
          name: "sluice-portal",
          description: "The session of an API key's holder (behind TLS: `__Host-sluice-portal`).",
        },
      },
      responses: {
        Error: {
          description: "Refused or failed.",
          headers: requestId,
          content: { "application/json": { schema: errorSchema } },
        },
      },
    },
  };
}
