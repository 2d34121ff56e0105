import * as callsId from "@/app/api/portal/calls/[id]/route";
import * as calls from "@/app/api/portal/calls/route";
import * as groupsIdOrder from "@/app/api/portal/groups/[id]/order/route";
import * as key from "@/app/api/portal/key/route";
import * as models from "@/app/api/portal/models/route";
import * as session from "@/app/api/portal/session/route";
import * as usage from "@/app/api/portal/usage/route";
import type { DocumentedPortalRoutes } from "@/lib/server/openapi";

/** Every route of the portal under its path. A test compares this list with the folders. */
export const portalRoutes: DocumentedPortalRoutes = {
  "/api/portal/calls": calls,
  "/api/portal/calls/{id}": callsId,
  "/api/portal/groups/{id}/order": groupsIdOrder,
  "/api/portal/key": key,
  "/api/portal/models": models,
  "/api/portal/session": session,
  "/api/portal/usage": usage,
};
