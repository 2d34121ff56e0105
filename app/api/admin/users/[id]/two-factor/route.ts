import { adminRoute } from "@/lib/server/admin";
import { resetTwoFactor } from "@/lib/server/users";

export const DELETE = adminRoute({
  summary: "Turn off the second factor of an account whose holder lost it",
  permission: "admin",
  handler: ({ id, caller }) => resetTwoFactor(caller, id),
});
