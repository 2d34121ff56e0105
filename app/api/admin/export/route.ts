import { ExportQuery } from "@/lib/schemas/import";
import { adminRoute } from "@/lib/server/admin";
import { exportDocument } from "@/lib/server/config-import";

export const GET = adminRoute({
  summary: "The whole configuration as a document, without secrets",
  permission: "admin",
  query: ExportQuery,
  answers: ["application/json", "application/yaml"],
  handler: ({ query }) => exportDocument(query),
});
