import { callHistogram } from "@/lib/db/log-histogram";
import { LogHistogramQuery } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "Calls of a filter over time, by outcome, in at most 60 buckets",
  permission: "read",
  query: LogHistogramQuery,
  handler: ({ query: { buckets, offset, ...filter } }) =>
    callHistogram(filter, { most: buckets, offsetMinutes: offset }),
});
