import { portalKey } from "@/lib/server/portal";
import { portalRoute } from "@/lib/server/portal-route";

export const GET = portalRoute({
  summary: "The key that signed in: its limits and what it has used of them",
  handler: ({ caller }) => portalKey(caller),
});
