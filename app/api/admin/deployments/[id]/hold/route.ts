import { holdDeployment } from "@/lib/db/deployments";
import { HoldInput } from "@/lib/schemas/deployments";
import { adminRoute } from "@/lib/server/admin";
import { withState } from "@/lib/server/live-state";

export const POST = adminRoute({
  summary: "Take a deployment out of use until it is released, or until a time",
  permission: "write",
  body: HoldInput,
  reloads: true,
  handler: async ({ id, body, caller }) => withState(await holdDeployment(id, body, caller.actor)),
});
