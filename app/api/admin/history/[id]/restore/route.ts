import { adminRoute } from "@/lib/server/admin";
import { restorePlan } from "@/lib/server/history";

export const GET = adminRoute({
  summary: "What would put back the values before one change; the change itself is made by the object's own route",
  permission: "read",
  handler: ({ id }) => restorePlan(id),
});
