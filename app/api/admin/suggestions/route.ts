import { listSyncSummaries } from "@/lib/db/model-sync";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List the providers about whose list of models there is something new",
  permission: "read",
  handler: async () => ({ items: await listSyncSummaries(), nextCursor: null }),
});
