import type { z } from "zod";
import { SluiceError } from "../errors.ts";
import { type ApiDefinition, type ApiHandler, type ApiOperation, apiRoute } from "./api-route.ts";
import { cookieOf } from "./authenticate.ts";
import { requireSameOrigin } from "./csrf.ts";
import { type Holder, holderOfCookies, requirePortalOpen } from "./portal-session.ts";

export type PortalRoute = ApiHandler & { operation: ApiOperation & { session: boolean } };

const isRead = (request: Request) => request.method === "GET" || request.method === "HEAD";

/** A route of the portal: it exists while the portal is open, and answers to the session of an API key only. */
export function portalRoute<Query extends z.ZodType = z.ZodUndefined, Body extends z.ZodType = z.ZodUndefined>(
  definition: ApiDefinition<Holder, Query, Body>,
): PortalRoute {
  const { handler: _, ...operation } = definition;
  const route = apiRoute(definition, async (request) => {
    await requirePortalOpen();
    const holder = await holderOfCookies(request.headers, (name) => cookieOf(request, name));
    if (holder === null) throw new SluiceError("unauthorized", "Sign in to the portal with an API key.");
    if (!isRead(request)) requireSameOrigin(request);
    return holder;
  });
  return Object.assign(route, { operation: { ...operation, session: true } });
}

/** A route of the portal that needs no session: signing in and out. */
export function portalDoor<Query extends z.ZodType = z.ZodUndefined, Body extends z.ZodType = z.ZodUndefined>(
  definition: ApiDefinition<null, Query, Body>,
): PortalRoute {
  const { handler: _, ...operation } = definition;
  const route = apiRoute(definition, async (request) => {
    await requirePortalOpen();
    requireSameOrigin(request);
    return null;
  });
  return Object.assign(route, { operation: { ...operation, session: false } });
}
