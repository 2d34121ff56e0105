import { StatsExportQuery } from "@/lib/schemas/stats";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";
import { exportStats } from "@/lib/server/stats-export";

export const GET = adminRoute({
  summary: "Calls, cost, tokens and latency as a CSV file, a row for each bucket and value of `by`",
  permission: "read",
  query: StatsExportQuery,
  answers: ["text/csv"],
  handler: ({ query, caller }) =>
    exportStats(query, { shown: caller.timeZone ?? environment().timeZone, days: environment().timeZone }),
});
