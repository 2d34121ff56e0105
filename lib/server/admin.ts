import type { z } from "zod";
import type { Permission } from "../schemas/roles.ts";
import { type ApiDefinition, type ApiHandler, type ApiOperation, apiRoute } from "./api-route.ts";
import { authenticate } from "./authenticate.ts";
import type { Caller } from "./caller.ts";

/** What a management route is, apart from what it does. The OpenAPI document is made from it. */
export type AdminOperation = ApiOperation & { permission: Permission };

type Definition<Query extends z.ZodType, Body extends z.ZodType> = AdminOperation & ApiDefinition<Caller, Query, Body>;

export type AdminRoute = ApiHandler & { operation: AdminOperation };

/** A management route: without the permission named here nothing of the request is looked at. */
export function adminRoute<Query extends z.ZodType = z.ZodUndefined, Body extends z.ZodType = z.ZodUndefined>(
  definition: Definition<Query, Body>,
): AdminRoute {
  const { handler: _, ...operation } = definition;
  const route = apiRoute(definition, async (request) => {
    const caller = await authenticate(request);
    caller.require(definition.permission);
    return caller;
  });
  return Object.assign(route, { operation });
}
