import { KeyImpactQuery } from "@/lib/schemas/keys";
import { adminRoute } from "@/lib/server/admin";
import { keyImpact } from "@/lib/server/keys-data";

export const GET = adminRoute({
  summary:
    "Read what disabling or deleting an API key would touch: its calls, their share, its owner; `with` adds keys that go too",
  permission: "read",
  query: KeyImpactQuery,
  handler: ({ id, query }) => keyImpact([id, ...(query.with ?? [])]),
});
