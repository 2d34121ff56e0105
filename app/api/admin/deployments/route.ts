import { createDeployment, listDeployments } from "@/lib/db/deployments";
import { DeploymentInput, DeploymentListQuery } from "@/lib/schemas/deployments";
import { adminRoute } from "@/lib/server/admin";
import { withState, withStates } from "@/lib/server/live-state";

export const GET = adminRoute({
  summary: "List deployments with their live state",
  permission: "read",
  query: DeploymentListQuery,
  handler: async ({ query }) => {
    const page = await listDeployments(query);
    return { ...page, items: await withStates(page.items) };
  },
});

export const POST = adminRoute({
  summary: "Add a deployment to a provider",
  permission: "write",
  body: DeploymentInput,
  status: 201,
  reloads: true,
  handler: async ({ body, caller }) => withState(await createDeployment(body, caller.actor)),
});
