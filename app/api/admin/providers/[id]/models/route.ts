import { getProvider } from "@/lib/db/providers";
import { adminRoute } from "@/lib/server/admin";
import { control } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Ask a provider for its own list of models",
  permission: "write",
  handler: async ({ id }) => ({
    items: await control().listModels({ providerId: (await getProvider(id)).id }),
    nextCursor: null,
  }),
});
