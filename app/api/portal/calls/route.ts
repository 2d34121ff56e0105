import { PortalCallsQuery } from "@/lib/schemas/portal";
import { portalCalls } from "@/lib/server/portal";
import { portalRoute } from "@/lib/server/portal-route";

export const GET = portalRoute({
  summary: "The key's own calls, newest first",
  query: PortalCallsQuery,
  handler: ({ caller, query }) => portalCalls(caller, query),
});
