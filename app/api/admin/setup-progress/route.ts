import { adminRoute } from "@/lib/server/admin";
import { setupProgress } from "@/lib/server/setup-progress";

export const GET = adminRoute({
  summary: "How far the instance is set up, derived from what it holds",
  permission: "read",
  handler: () => setupProgress(),
});
