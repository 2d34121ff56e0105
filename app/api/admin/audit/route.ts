import { listAuditEntries } from "@/lib/db/audit";
import { AuditListQuery } from "@/lib/schemas/audit";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "Who changed what, newest first",
  permission: "admin",
  query: AuditListQuery,
  handler: ({ query }) => listAuditEntries(query),
});
