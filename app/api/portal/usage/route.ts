import { portalUsage } from "@/lib/server/portal";
import { portalRoute } from "@/lib/server/portal-route";

export const GET = portalRoute({
  summary: "What the key used in the last 30 days, day by day",
  handler: ({ caller }) => portalUsage(caller),
});
