import { getProvider } from "@/lib/db/providers";
import { ProviderTestInput } from "@/lib/schemas/providers";
import { adminRoute } from "@/lib/server/admin";
import { control } from "@/lib/server/runtime";

export const POST = adminRoute({
  summary: "Make one cheap call to a provider and tell timings and reason",
  permission: "write",
  body: ProviderTestInput,
  handler: async ({ id, body }) => control().probe({ providerId: (await getProvider(id)).id, ...body }),
});
