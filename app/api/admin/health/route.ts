import { HealthQuery } from "@/lib/schemas/health";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";
import { readHealth } from "@/lib/server/status-view";

export const GET = adminRoute({
  summary: "Health strips: how attempts went in ninety cells of a range, and what happened meanwhile",
  permission: "read",
  query: HealthQuery,
  handler: ({ query }) => readHealth(query, environment().timeZone),
});
