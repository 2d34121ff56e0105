import { IncidentQuery } from "@/lib/schemas/health";
import { adminRoute } from "@/lib/server/admin";
import { listIncidents } from "@/lib/server/status-view";

export const GET = adminRoute({
  summary: "Circuits that opened and credentials that were refused, with the calls they hit",
  permission: "read",
  query: IncidentQuery,
  handler: async ({ query }) => ({ items: await listIncidents(query), nextCursor: null }),
});
