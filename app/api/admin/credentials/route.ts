import { listCredentials } from "@/lib/db/credential-removal";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List every stored credential with its provider, to remove everything behind one",
  permission: "read",
  handler: async () => ({ items: await listCredentials(), nextCursor: null }),
});
