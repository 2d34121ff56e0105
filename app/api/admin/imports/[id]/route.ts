import { adminRoute } from "@/lib/server/admin";
import { showImport } from "@/lib/server/import-jobs";

export const GET = adminRoute({
  summary: "Read an import with what became of each model",
  permission: "read",
  handler: ({ id }) => showImport(id),
});
