import { listInvites } from "@/lib/db/invites";
import { InviteInput } from "@/lib/schemas/users";
import { adminRoute } from "@/lib/server/admin";
import { inviteUser } from "@/lib/server/users";

export const GET = adminRoute({
  summary: "List links that make an account or set a password and were not used yet",
  permission: "admin",
  handler: async () => ({ items: await listInvites(), nextCursor: null }),
});

export const POST = adminRoute({
  summary: "Invite somebody; the path of the link is only in this answer",
  permission: "admin",
  body: InviteInput,
  status: 201,
  handler: ({ body, caller }) => inviteUser(caller, body),
});
