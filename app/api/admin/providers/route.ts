import { ProviderInput, ProviderListQuery } from "@/lib/schemas/providers";
import { adminRoute } from "@/lib/server/admin";
import { addProvider, showProviders } from "@/lib/server/providers";

export const GET = adminRoute({
  summary: "List providers with their credentials (without secrets) and deployments",
  permission: "read",
  query: ProviderListQuery,
  handler: ({ query }) => showProviders(query),
});

export const POST = adminRoute({
  summary: "Add a provider, with credentials and deployments if given",
  permission: "write",
  body: ProviderInput,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) => addProvider(body, caller),
});
