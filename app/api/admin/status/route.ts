import { adminRoute } from "@/lib/server/admin";
import { gatewayStatus } from "@/lib/server/gateway-status";

export const GET = adminRoute({
  summary: "Whether the data plane answers, is ready, what it is busy with, and when it was last heard of",
  permission: "read",
  handler: () => gatewayStatus(),
});
