import { adminRoute } from "@/lib/server/admin";
import { readAttention } from "@/lib/server/attention";

export const GET = adminRoute({
  summary: "What needs somebody's attention, the most important first, and whether all groups can serve",
  permission: "read",
  handler: () => readAttention({ fresh: true }),
});
