import { HistoryQuery } from "@/lib/schemas/history";
import { adminRoute } from "@/lib/server/admin";
import { objectHistory } from "@/lib/server/history";

export const GET = adminRoute({
  summary: "The changes of one object, newest first",
  permission: "read",
  query: HistoryQuery,
  handler: ({ query }) => objectHistory(query),
});
