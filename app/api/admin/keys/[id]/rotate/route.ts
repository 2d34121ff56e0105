import { rotateKey } from "@/lib/db/keys";
import { KeyRotateInput } from "@/lib/schemas/keys";
import { adminRoute } from "@/lib/server/admin";
import { environment, masterKey } from "@/lib/server/runtime";

export const POST = adminRoute({
  summary: "Give an API key a new secret; the old one may work on for a while",
  permission: "admin",
  body: KeyRotateInput,
  reloads: true,
  handler: ({ id, body, caller }) =>
    rotateKey(id, body, { actor: caller.actor, masterKey: masterKey(), timeZone: environment().timeZone }),
});
