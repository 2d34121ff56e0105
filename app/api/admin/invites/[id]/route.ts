import { adminRoute } from "@/lib/server/admin";
import { withdrawInvite } from "@/lib/server/users";

export const DELETE = adminRoute({
  summary: "Withdraw a link",
  permission: "admin",
  handler: ({ id, caller }) => withdrawInvite(caller, id),
});
