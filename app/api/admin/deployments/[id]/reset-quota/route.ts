import { resetQuota } from "@/lib/db/deployments";
import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { withState } from "@/lib/server/live-state";

export const POST = adminRoute({
  summary: "Begin the quota of a deployment anew: calls before now no longer count",
  permission: "write",
  body: Nothing,
  reloads: true,
  handler: async ({ id, caller }) => withState(await resetQuota(id, caller.actor)),
});
