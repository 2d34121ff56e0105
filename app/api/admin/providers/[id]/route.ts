import { deleteProvider } from "@/lib/db/providers";
import { ProviderPatch } from "@/lib/schemas/providers";
import { adminRoute } from "@/lib/server/admin";
import { changeProvider, showProvider } from "@/lib/server/providers";

export const GET = adminRoute({
  summary: "Read a provider",
  permission: "read",
  handler: ({ id }) => showProvider(id),
});

export const PATCH = adminRoute({
  summary: "Change a provider; a new address needs its secrets again",
  permission: "write",
  body: ProviderPatch,
  reloads: true,
  handler: ({ id, body, caller }) => changeProvider(id, body, caller),
});

export const DELETE = adminRoute({
  summary: "Delete a provider with its credentials and deployments",
  permission: "write",
  reloads: true,
  handler: ({ id, caller }) => deleteProvider(id, caller.actor),
});
