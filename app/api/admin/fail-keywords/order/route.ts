import { orderFailKeywords } from "@/lib/db/fail-keywords";
import { FailKeywordOrder } from "@/lib/schemas/fail-keywords";
import { adminRoute } from "@/lib/server/admin";

export const PUT = adminRoute({
  summary: "Put the fail keywords into another order",
  permission: "write",
  body: FailKeywordOrder,
  reloads: true,
  handler: ({ body, caller }) => orderFailKeywords(body, caller.actor),
});
