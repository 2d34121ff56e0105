import { endAllSessions } from "@/lib/db/users";
import { requireAccount } from "@/lib/server/account";
import { adminRoute } from "@/lib/server/admin";

export const DELETE = adminRoute({
  summary: "End every session of the signed-in account, this one included",
  permission: "read",
  reloads: true,
  handler: ({ caller }) => {
    const { id, actor } = requireAccount(caller);
    return endAllSessions(id, actor);
  },
});
