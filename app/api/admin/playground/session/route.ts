import { createPlaygroundKey } from "@/lib/db/playground";
import { adminRoute } from "@/lib/server/admin";
import { masterKey } from "@/lib/server/runtime";

export const POST = adminRoute({
  summary: "Issue a key for trying models by hand; it ends after half an hour and is only in this answer",
  permission: "write",
  status: 201,
  reloads: true,
  handler: ({ caller }) => createPlaygroundKey({ actor: caller.actor, masterKey: masterKey() }),
});
