import { deleteFailKeyword, getFailKeyword, updateFailKeyword } from "@/lib/db/fail-keywords";
import { FailKeywordPatch } from "@/lib/schemas/fail-keywords";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "Read a fail keyword",
  permission: "read",
  handler: ({ id }) => getFailKeyword(id),
});

export const PATCH = adminRoute({
  summary: "Change a fail keyword",
  permission: "write",
  body: FailKeywordPatch,
  reloads: true,
  handler: ({ id, body, caller }) => updateFailKeyword(id, body, caller.actor),
});

export const DELETE = adminRoute({
  summary: "Delete a fail keyword",
  permission: "write",
  reloads: true,
  handler: ({ id, caller }) => deleteFailKeyword(id, caller.actor),
});
