import { portalModels } from "@/lib/server/portal";
import { portalRoute } from "@/lib/server/portal-route";

export const GET = portalRoute({
  summary: "The groups and models the key may use; with their order where it may choose",
  handler: ({ caller }) => portalModels(caller),
});
