import { adminRoute } from "@/lib/server/admin";
import { groupsServing } from "@/lib/server/status-serving";

export const GET = adminRoute({
  summary: "Whether each group can serve a call now, and which members cannot",
  permission: "read",
  handler: async () => ({ items: await groupsServing(), nextCursor: null }),
});
