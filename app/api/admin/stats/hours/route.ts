import { readStatHours } from "@/lib/db/stat-hours";
import { StatHoursQuery } from "@/lib/schemas/stats";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "One metric by the hour of the week: when it is busy, slow or bad",
  permission: "read",
  query: StatHoursQuery,
  handler: ({ query, caller }) =>
    readStatHours(query, { shown: caller.timeZone ?? environment().timeZone, days: environment().timeZone }),
});
