import { DemoTurnsQuery } from "@/lib/schemas/demo";
import { adminRoute } from "@/lib/server/admin";
import { control } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Whom the newest call under way with a key has asked so far, where it asks the demo",
  permission: "read",
  query: DemoTurnsQuery,
  handler: async ({ query }) => ({ turns: await control().demoTurns({ keyId: query.key }) }),
});
