import { deleteKey, getKey, updateKey } from "@/lib/db/keys";
import { KeyPatch } from "@/lib/schemas/keys";
import { adminRoute } from "@/lib/server/admin";
import { environment } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Read an API key with its usage",
  permission: "read",
  handler: ({ id }) => getKey(id, environment().timeZone),
});

export const PATCH = adminRoute({
  summary: "Change an API key",
  permission: "admin",
  body: KeyPatch,
  reloads: true,
  handler: ({ id, body, caller }) => updateKey(id, body, caller.actor, environment().timeZone),
});

export const DELETE = adminRoute({
  summary: "End an API key at once; its history stays",
  permission: "admin",
  reloads: true,
  handler: ({ id, caller }) => deleteKey(id, caller.actor),
});
