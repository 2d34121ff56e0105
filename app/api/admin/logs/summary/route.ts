import { callSummary } from "@/lib/db/log-histogram";
import { LogFilter } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "What the newest calls of a filter have in common: reasons, models, durations",
  permission: "read",
  query: LogFilter,
  handler: ({ query }) => callSummary(query),
});
