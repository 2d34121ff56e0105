import { adminRoute } from "@/lib/server/admin";
import { keyRoutes } from "@/lib/server/keys-data";

export const GET = adminRoute({
  summary: "The receipt a call with this API key would get from each group it may use, with no upstream call",
  permission: "read",
  handler: ({ id }) => keyRoutes(id),
});
