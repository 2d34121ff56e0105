import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { undoImportJob } from "@/lib/server/import-jobs";

export const POST = adminRoute({
  summary: "Take an import or a removal back; what was changed since is left and named",
  permission: "write",
  body: Nothing,
  reloads: true,
  handler: ({ id, caller }) => undoImportJob(id, caller),
});
