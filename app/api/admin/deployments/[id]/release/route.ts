import { releaseDeployment } from "@/lib/db/deployments";
import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { withState } from "@/lib/server/live-state";

export const POST = adminRoute({
  summary: "Put a held deployment back into use",
  permission: "write",
  body: Nothing,
  reloads: true,
  handler: async ({ id, caller }) => withState(await releaseDeployment(id, caller.actor)),
});
