import { ImportInput } from "@/lib/schemas/model-import";
import { adminRoute } from "@/lib/server/admin";
import { beginImport, previewImport } from "@/lib/server/import-jobs";

export const POST = adminRoute({
  summary: "Import models from the provider's own list as a job; dryRun answers 200 with the plan and changes nothing",
  permission: "write",
  body: ImportInput,
  status: 202,
  handler: async ({ id, body, caller }) =>
    body.dryRun ? Response.json(await previewImport(id, body)) : await beginImport(id, body, caller.actor),
});
