import { readRescues } from "@/lib/db/rescues";
import { RescuesQuery } from "@/lib/schemas/rescues";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "What failover did in the last 24 hours of a span: calls rescued, the top cause, the wait and the cost",
  permission: "read",
  query: RescuesQuery,
  handler: ({ query }) => readRescues(query),
});
