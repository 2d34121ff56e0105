import { readStats } from "@/lib/db/stats";
import { StatsQuery } from "@/lib/schemas/stats";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Totals and series of calls, cost, tokens and latency",
  permission: "read",
  query: StatsQuery,
  handler: ({ query, caller }) =>
    readStats(query, { shown: caller.timeZone ?? environment().timeZone, days: environment().timeZone }),
});
