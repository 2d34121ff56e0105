import type { z } from "zod";
import { errorBody, isSluiceError, SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import { logger } from "../logger.ts";
import { type FieldProblem, fieldProblems } from "../schemas/problems.ts";
import { readJsonBody } from "./json-body.ts";
import { control } from "./runtime.ts";

type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> };

/** What a handler gets: everything already checked. */
export type ApiCall<Caller, Query, Body> = {
  request: Request;
  /** The `[id]` of the path; empty where the path has none. */
  id: string;
  query: Query;
  body: Body;
  caller: Caller;
};

/** What a route of our own APIs is, apart from what it does. The OpenAPI document is made from it. */
export type ApiOperation = {
  /** One line of documentation. */
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The largest body, in bytes; 1 MB unless told. */
  bodyBytes?: number;
  /** Status of a good answer; 204 is sent whenever a handler returns nothing. */
  status?: 200 | 201 | 202 | 204;
  /** Media types of a good answer that is not JSON. */
  answers?: readonly string[];
  /** The data plane reads its configuration again before the answer is sent, so that the change is in effect. */
  reloads?: boolean;
};

export type ApiDefinition<Caller, Query extends z.ZodType, Body extends z.ZodType> = ApiOperation & {
  query?: Query;
  body?: Body;
  handler(call: ApiCall<Caller, z.output<Query>, z.output<Body>>): unknown;
};

export type ApiHandler = (request: Request, context?: RouteContext) => Promise<Response>;

/**
 * The one shape of every route of our own APIs: admit, parse, act, answer. Deny by default: before `admit` has said who
 * calls, nothing of the request is looked at. A handler returns the value to answer with, nothing (204) or a Response;
 * what it or `admit` throws becomes the error body of gateway.md §6.
 */
export function apiRoute<Caller, Query extends z.ZodType, Body extends z.ZodType>(
  definition: ApiDefinition<Caller, Query, Body>,
  admit: (request: Request) => Promise<Caller>,
): ApiHandler {
  return async (request, context) => {
    const requestId = newId("req");
    try {
      const caller = await admit(request);
      const { id } = (await context?.params) ?? {};
      const query = parseQuery(request, definition.query) as z.output<Query>;
      const body = (
        definition.body ? parse(definition.body, await readJsonBody(request, definition.bodyBytes)) : undefined
      ) as z.output<Body>;
      const result = await definition.handler({ request, id: typeof id === "string" ? id : "", query, body, caller });
      if (definition.reloads) await reload(requestId);
      return answer(result, definition.status ?? 200, requestId);
    } catch (error) {
      return errorAnswer(error, requestId);
    }
  };
}

function parseQuery(request: Request, schema: z.ZodType | undefined): unknown {
  if (!schema) return undefined;
  const given: Record<string, string> = {};
  for (const [name, value] of new URL(request.url).searchParams) {
    given[name] = Object.hasOwn(given, name) ? `${given[name]},${value}` : value;
  }
  return parse(schema, given);
}

const codeOfProblem: Partial<Record<FieldProblem["code"], "missing_required" | "unknown_field" | "egress_denied">> = {
  required: "missing_required",
  unknown_field: "unknown_field",
  egress_denied: "egress_denied",
};

/** The error for refused fields: code and `param` of the first, all of them in `details.fields`. */
export function invalidFields(fields: FieldProblem[]): SluiceError {
  const [first] = fields;
  return new SluiceError(
    (first && codeOfProblem[first.code]) ?? "invalid_type",
    first?.path ? `${first.path}: ${first.message}` : (first?.message ?? "The input is not valid."),
    { param: first?.path || null, details: { fields } },
  );
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value, { reportInput: true });
  if (!result.success) throw invalidFields(fieldProblems(result.error));
  return result.data;
}

/** The change is stored by now: a data plane that cannot be reached reads it on its next poll, so this is no failure. */
async function reload(requestId: string): Promise<void> {
  try {
    await control().reload();
  } catch (error) {
    logger().error({ err: error, requestId }, "the configuration was saved, but the data plane did not reload it");
  }
}

function answer(result: unknown, status: number, requestId: string): Response {
  const headers = { "cache-control": "no-store", "x-request-id": requestId };
  if (result instanceof Response) {
    for (const [name, value] of Object.entries(headers)) if (!result.headers.has(name)) result.headers.set(name, value);
    return result;
  }
  return result === undefined
    ? new Response(null, { status: 204, headers })
    : Response.json(result, { status, headers });
}

/** The answer for anything thrown: the error body of gateway.md §6; unknown errors say nothing of themselves. */
export function errorAnswer(thrown: unknown, requestId: string): Response {
  const error = isSluiceError(thrown)
    ? thrown
    : new SluiceError("internal_error", `Something went wrong on our side. Quote ${requestId} when you report it.`);
  if (error !== thrown || error.code === "storage_unavailable")
    logger().error({ err: thrown, requestId }, "management request failed");
  const headers: Record<string, string> = {
    ...error.headers,
    "cache-control": "no-store",
    "x-request-id": requestId,
    "x-should-retry": String(error.retryable),
  };
  if (error.retryAfterSeconds !== undefined) headers["retry-after"] = String(error.retryAfterSeconds);
  return Response.json(errorBody(error), { status: error.status, headers });
}
