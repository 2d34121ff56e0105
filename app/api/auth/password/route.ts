import { PasswordChange } from "@/lib/schemas/account";
import { changeOwnPassword } from "@/lib/server/account";
import { adminRoute } from "@/lib/server/admin";

export const POST = adminRoute({
  summary: "Change the password of the signed-in account and end its sessions",
  permission: "read",
  body: PasswordChange,
  reloads: true,
  handler: ({ caller, body }) => changeOwnPassword(caller, body),
});
