import { createKey, listKeys } from "@/lib/db/keys";
import { KeyInput, KeyListQuery } from "@/lib/schemas/keys";
import { adminRoute } from "@/lib/server/admin";
import { environment, masterKey } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "List API keys with their usage",
  permission: "read",
  query: KeyListQuery,
  handler: ({ query }) => listKeys(query, environment().timeZone),
});

export const POST = adminRoute({
  summary: "Issue an API key; the key itself is only in this answer",
  permission: "admin",
  body: KeyInput,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) =>
    createKey(body, { actor: caller.actor, masterKey: masterKey(), timeZone: environment().timeZone }),
});
