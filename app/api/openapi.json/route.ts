import { openApiDocument } from "@/lib/server/openapi";
import { adminRoutes } from "./admin-routes";
import { portalRoutes } from "./portal-routes";

/** Anyone may read what the API looks like. It says nothing about this installation. */
export function GET(): Response {
  return Response.json(openApiDocument(adminRoutes, portalRoutes), { headers: { "cache-control": "no-store" } });
}
