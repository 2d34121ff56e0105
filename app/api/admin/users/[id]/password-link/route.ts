import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { passwordLink } from "@/lib/server/users";

export const POST = adminRoute({
  summary: "Make a link by which the holder of an account sets a new password; its path is only in this answer",
  permission: "admin",
  body: Nothing,
  status: 201,
  handler: ({ id, caller }) => passwordLink(caller, id),
});
