import { ConnectionCheckInput } from "@/lib/schemas/connection-check";
import { adminRoute } from "@/lib/server/admin";
import { checkDraft } from "@/lib/server/providers";

export const POST = adminRoute({
  summary: "Look at an address and a key stage by stage (name, connection, key, list); nothing is stored",
  permission: "write",
  body: ConnectionCheckInput,
  handler: ({ body, caller }) => checkDraft(body, caller),
});
