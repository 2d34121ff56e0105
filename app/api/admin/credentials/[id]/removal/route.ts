import { planRemoval, removeCredential } from "@/lib/db/credential-removal";
import { RemovalInput } from "@/lib/schemas/model-import";
import { adminRoute } from "@/lib/server/admin";
import { showImport } from "@/lib/server/import-jobs";
import { masterKey } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Read what would go with a credential",
  permission: "admin",
  handler: ({ id }) => planRemoval(id, masterKey()),
});

export const POST = adminRoute({
  summary: "Remove a credential with everything that only it serves; calls and their costs stay",
  permission: "admin",
  body: RemovalInput,
  reloads: true,
  handler: async ({ id, body, caller }) => {
    const how = { actor: caller.actor, masterKey: masterKey() };
    return await showImport(await removeCredential(id, body.confirm, how));
  },
});
