import { getUser } from "@/lib/db/user-accounts";
import { UserPatch } from "@/lib/schemas/users";
import { adminRoute } from "@/lib/server/admin";
import { changeUser, removeUser } from "@/lib/server/users";

export const GET = adminRoute({
  summary: "Read an account",
  permission: "admin",
  handler: ({ id }) => getUser(id),
});

export const PATCH = adminRoute({
  summary: "Change an account's role, switch it on or off, or decide whether it reads prompts and answers",
  permission: "admin",
  body: UserPatch,
  reloads: true,
  handler: ({ id, body, caller }) => changeUser(caller, id, body),
});

export const DELETE = adminRoute({
  summary: "Delete an account; keys it owned stay",
  permission: "admin",
  reloads: true,
  handler: ({ id, caller }) => removeUser(caller, id),
});
