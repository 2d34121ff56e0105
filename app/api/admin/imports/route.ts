import { ImportListQuery } from "@/lib/schemas/model-import";
import { adminRoute } from "@/lib/server/admin";
import { showImports } from "@/lib/server/import-jobs";

export const GET = adminRoute({
  summary: "List imports of models and removals by credential, newest first",
  permission: "read",
  query: ImportListQuery,
  handler: ({ query }) => showImports(query),
});
