import { ImportInput, ImportQuery } from "@/lib/schemas/import";
import { adminRoute } from "@/lib/server/admin";
import { importDocument, importOverview } from "@/lib/server/config-import";

/** A database of 64 MB in base64. */
const bodyBytesMost = 88 * 1024 * 1024;

export const GET = adminRoute({
  summary: "The formats a configuration can be read from, and the state of the provider file",
  permission: "read",
  handler: () => importOverview(),
});

export const POST = adminRoute({
  summary: "Take a configuration over, whole or not at all; with dryRun say what would change",
  permission: "admin",
  query: ImportQuery,
  body: ImportInput,
  bodyBytes: bodyBytesMost,
  reloads: true,
  handler: ({ query, body, caller }) =>
    importDocument({ ...body, dryRun: body.dryRun || query.dryRun === true }, caller),
});
