import { cancelPriceChange } from "@/lib/db/price-changes";
import { adminRoute } from "@/lib/server/admin";

export const DELETE = adminRoute({
  summary: "Cancel a change of prices that is still to come",
  permission: "write",
  handler: ({ id, caller }) => cancelPriceChange(id, caller.actor),
});
