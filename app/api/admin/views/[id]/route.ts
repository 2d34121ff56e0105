import { deleteView } from "@/lib/db/views";
import { adminRoute } from "@/lib/server/admin";

export const DELETE = adminRoute({
  summary: "Delete a saved view; a shared one of somebody else needs an administrator",
  permission: "read",
  handler: ({ id, caller }) => deleteView(id, caller.actor, { others: caller.may("admin") }),
});
