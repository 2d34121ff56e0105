import { portalCall } from "@/lib/server/portal";
import { portalRoute } from "@/lib/server/portal-route";

export const GET = portalRoute({
  summary: "One of the key's own calls; with what was sent and answered where the key stores that",
  handler: ({ caller, id }) => portalCall(caller, id),
});
