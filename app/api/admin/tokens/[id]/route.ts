import { deleteToken } from "@/lib/db/tokens";
import { adminRoute } from "@/lib/server/admin";

export const DELETE = adminRoute({
  summary: "End an admin token at once",
  permission: "owner",
  reloads: true,
  handler: ({ id, caller }) => deleteToken(id, caller.actor),
});
