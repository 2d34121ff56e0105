import { adminRoute } from "@/lib/server/admin";
import { showCall } from "@/lib/server/calls";

export const GET = adminRoute({
  summary: "Read a call by id or request id, with its receipt, and its bodies where they were stored",
  permission: "read",
  handler: ({ id, caller }) => showCall(id, caller),
});
