import { adminRoute } from "@/lib/server/admin";
import { groupImpact } from "@/lib/server/groups-impact";

export const GET = adminRoute({
  summary: "Read what disabling or deleting a group would touch: calls, keys, and fail keywords",
  permission: "read",
  handler: ({ id }) => groupImpact(id),
});
