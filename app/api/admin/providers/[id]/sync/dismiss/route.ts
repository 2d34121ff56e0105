import { DismissInput } from "@/lib/schemas/model-import";
import { adminRoute } from "@/lib/server/admin";
import { dismiss } from "@/lib/server/model-sync";

export const POST = adminRoute({
  summary: "Dismiss what is new in a provider's list, until it changes again",
  permission: "write",
  body: DismissInput,
  handler: ({ id, body, caller }) => dismiss(id, body.marks, caller.actor),
});
