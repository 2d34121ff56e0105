import { ScheduleQuery } from "@/lib/schemas/schedule";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";
import { previewSchedule } from "@/lib/server/schedule";

export const GET = adminRoute({
  summary: "The next three resets of a schedule, in the time zone of the instance",
  permission: "read",
  query: ScheduleQuery,
  handler: ({ query }) => previewSchedule(query.cron ?? null, environment().timeZone, Date.now()),
});
