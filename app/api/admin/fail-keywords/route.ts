import { createFailKeyword, listFailKeywords } from "@/lib/db/fail-keywords";
import { FailKeywordInput, FailKeywordListQuery } from "@/lib/schemas/fail-keywords";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List fail keywords",
  permission: "read",
  query: FailKeywordListQuery,
  handler: ({ query }) => listFailKeywords(query),
});

export const POST = adminRoute({
  summary: "Add a fail keyword",
  permission: "write",
  body: FailKeywordInput,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) => createFailKeyword(body, caller.actor),
});
