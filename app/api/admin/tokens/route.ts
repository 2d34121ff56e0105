import { createToken, listTokens } from "@/lib/db/tokens";
import { TokenInput, TokenListQuery } from "@/lib/schemas/tokens";
import { adminRoute } from "@/lib/server/admin";
import { masterKey } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "List admin tokens",
  permission: "owner",
  query: TokenListQuery,
  handler: ({ query }) => listTokens(query),
});

export const POST = adminRoute({
  summary: "Make an admin token; the token itself is only in this answer",
  permission: "owner",
  body: TokenInput,
  status: 201,
  handler: ({ body, caller }) => createToken(body, caller.actor, masterKey()),
});
