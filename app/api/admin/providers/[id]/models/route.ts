import { getProvider } from "@/lib/db/providers";
import { adminRoute } from "@/lib/server/admin";
import { withPrices } from "@/lib/server/price-catalogue";
import { control } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Ask a provider for its own list of models, each with its prices where the catalogue knows them",
  permission: "write",
  handler: async ({ id }) => {
    const provider = await getProvider(id);
    return withPrices(provider.baseUrl, await control().listModels({ providerId: provider.id }));
  },
});
