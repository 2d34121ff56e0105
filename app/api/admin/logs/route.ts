import { listCalls } from "@/lib/db/logs";
import { LogListQuery } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List calls, newest first",
  permission: "read",
  query: LogListQuery,
  handler: ({ query }) => listCalls(query),
});
