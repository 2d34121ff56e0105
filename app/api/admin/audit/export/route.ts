import { AuditFilter } from "@/lib/schemas/audit";
import { adminRoute } from "@/lib/server/admin";
import { exportAudit } from "@/lib/server/audit-export";

export const GET = adminRoute({
  summary: "Every entry of the audit log a filter finds, newest first, as a file; taking it is an entry itself",
  permission: "admin",
  query: AuditFilter,
  answers: ["text/csv"],
  handler: ({ query, caller }) => exportAudit(query, caller),
});
