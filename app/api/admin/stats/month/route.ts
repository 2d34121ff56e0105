import { readMonth } from "@/lib/db/stat-month";
import { StatMonthQuery } from "@/lib/schemas/stats";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "The running month: what was counted so far, what it should come to, and what keys may spend",
  permission: "read",
  query: StatMonthQuery,
  handler: ({ query, caller }) =>
    readMonth(query, { shown: caller.timeZone ?? environment().timeZone, days: environment().timeZone }),
});
