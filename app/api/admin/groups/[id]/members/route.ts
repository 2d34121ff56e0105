import { getGroup, updateGroup } from "@/lib/db/groups";
import { MembersInput, MembersQuery } from "@/lib/schemas/groups";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List the members of a group in their order",
  permission: "read",
  handler: async ({ id }) => (await getGroup(id)).members,
});

export const PUT = adminRoute({
  summary: "Replace all members of a group",
  permission: "write",
  query: MembersQuery,
  body: MembersInput,
  reloads: true,
  handler: async ({ id, query, body, caller }) =>
    (await updateGroup(id, { members: body, version: query.version }, caller.actor)).members,
});
