import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { signOutUser } from "@/lib/server/users";

export const POST = adminRoute({
  summary: "End every session of an account",
  permission: "admin",
  body: Nothing,
  reloads: true,
  handler: ({ id, caller }) => signOutUser(caller, id),
});
