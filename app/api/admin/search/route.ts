import { searchObjects } from "@/lib/db/search";
import { type SearchAnswer, SearchQuery } from "@/lib/schemas/search";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "Find groups, providers, models, keys and accounts by name or id",
  permission: "read",
  query: SearchQuery,
  handler: async ({ query, caller }): Promise<SearchAnswer> => ({
    items: await searchObjects(query.q, { users: caller.may("admin") }),
  }),
});
