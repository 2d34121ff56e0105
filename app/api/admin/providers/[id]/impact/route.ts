import { ImpactQuery } from "@/lib/schemas/deployments";
import { adminRoute } from "@/lib/server/admin";
import { providerImpact } from "@/lib/server/impact";

export const GET = adminRoute({
  summary:
    "Read what disabling or deleting a provider would touch: groups, keys, and who takes over; `with` adds providers that go too",
  permission: "read",
  query: ImpactQuery,
  handler: ({ id, query }) => providerImpact([id, ...(query.with ?? [])]),
});
