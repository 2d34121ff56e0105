import { deleteDeployment, getDeployment, updateDeployment } from "@/lib/db/deployments";
import { DeploymentPatch } from "@/lib/schemas/deployments";
import { adminRoute } from "@/lib/server/admin";
import { withState } from "@/lib/server/live-state";

export const GET = adminRoute({
  summary: "Read a deployment with its live state",
  permission: "read",
  handler: async ({ id }) => withState(await getDeployment(id)),
});

export const PATCH = adminRoute({
  summary: "Change a deployment",
  permission: "write",
  body: DeploymentPatch,
  reloads: true,
  handler: async ({ id, body, caller }) => withState(await updateDeployment(id, body, caller.actor)),
});

export const DELETE = adminRoute({
  summary: "Delete a deployment, also from its groups",
  permission: "write",
  reloads: true,
  handler: ({ id, caller }) => deleteDeployment(id, caller.actor),
});
