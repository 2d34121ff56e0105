import { adminRoute } from "@/lib/server/admin";
import { providerImpact } from "@/lib/server/impact";

export const GET = adminRoute({
  summary: "Read what disabling or deleting a provider would touch: groups, keys, and who takes over",
  permission: "read",
  handler: ({ id }) => providerImpact(id),
});
