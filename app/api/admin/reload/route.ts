import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { reloadConfiguration } from "@/lib/server/reload-configuration";

export const POST = adminRoute({
  summary: "Read the provider file and the stored configuration again, and say what changed",
  permission: "admin",
  body: Nothing,
  handler: ({ caller }) => reloadConfiguration(caller.actor),
});
