import { adminRoute } from "@/lib/server/admin";
import { deploymentImpact } from "@/lib/server/impact";

export const GET = adminRoute({
  summary: "Read what disabling, holding or deleting a deployment would touch: groups, keys, and who takes over",
  permission: "read",
  handler: ({ id }) => deploymentImpact(id),
});
