import { listCalls } from "@/lib/db/logs";
import { LogListQuery } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary:
    "List calls, newest first. A page may have fewer rows than asked for: nextCursor goes on, lookedTo says how far was looked",
  permission: "read",
  query: LogListQuery,
  handler: ({ query }) => listCalls(query),
});
