import { listUsers } from "@/lib/db/user-accounts";
import { UserListQuery } from "@/lib/schemas/users";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List the accounts of the console",
  permission: "admin",
  query: UserListQuery,
  handler: ({ query }) => listUsers(query),
});
