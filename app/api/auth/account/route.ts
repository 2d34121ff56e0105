import { updatePreferences } from "@/lib/db/users";
import { AccountPatch } from "@/lib/schemas/account";
import { requireAccount } from "@/lib/server/account";
import { adminRoute } from "@/lib/server/admin";

export const PATCH = adminRoute({
  summary: "Remember language and time zone with the signed-in account",
  permission: "read",
  body: AccountPatch,
  handler: ({ caller, body }) => updatePreferences(requireAccount(caller).id, body),
});
