import { LogExportQuery } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";
import { exportCalls } from "@/lib/server/call-export";

export const GET = adminRoute({
  summary: "Every call a filter finds, newest first, as a file",
  permission: "read",
  query: LogExportQuery,
  answers: ["text/csv", "application/x-ndjson"],
  handler: ({ query, caller }) => exportCalls(query, caller),
});
