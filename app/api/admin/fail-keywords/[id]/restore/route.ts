import { restoreFailKeyword } from "@/lib/db/fail-keywords";
import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";

export const POST = adminRoute({
  summary: "Bring a deleted fail keyword back",
  permission: "write",
  body: Nothing,
  reloads: true,
  handler: ({ id, caller }) => restoreFailKeyword(id, caller.actor),
});
