import { HealthResetInput } from "@/lib/schemas/health";
import { adminRoute } from "@/lib/server/admin";
import { resetHealth } from "@/lib/server/health-reset";

export const POST = adminRoute({
  summary: "Close circuits and put credentials that were set aside back into use",
  permission: "write",
  body: HealthResetInput,
  handler: ({ body, caller }) => resetHealth(body, caller),
});
