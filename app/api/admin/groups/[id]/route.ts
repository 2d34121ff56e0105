import { deleteGroup, getGroup, updateGroup } from "@/lib/db/groups";
import { GroupPatch } from "@/lib/schemas/groups";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "Read a group",
  permission: "read",
  handler: ({ id }) => getGroup(id),
});

export const PATCH = adminRoute({
  summary: "Change a group",
  permission: "write",
  body: GroupPatch,
  reloads: true,
  handler: ({ id, body, caller }) => updateGroup(id, body, caller.actor),
});

export const DELETE = adminRoute({
  summary: "Delete a group; keys that named it lose it",
  permission: "write",
  reloads: true,
  handler: ({ id, caller }) => deleteGroup(id, caller.actor),
});
