import { createGroup, listGroups } from "@/lib/db/groups";
import { GroupInput, GroupListQuery } from "@/lib/schemas/groups";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List groups with their members",
  permission: "read",
  query: GroupListQuery,
  handler: ({ query }) => listGroups(query),
});

export const POST = adminRoute({
  summary: "Add a group",
  permission: "write",
  body: GroupInput,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) => createGroup(body, caller.actor),
});
