import { adminRoute } from "@/lib/server/admin";
import { control } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Whether the data plane is ready, and what it is busy with",
  permission: "read",
  handler: () => control().status(),
});
