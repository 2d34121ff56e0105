import { DemoKeyInput } from "@/lib/schemas/demo";
import { adminRoute } from "@/lib/server/admin";
import { createDemoKey } from "@/lib/server/demo";

export const POST = adminRoute({
  summary: "Issue the key of a first request: for the demo group alone, for 24 hours, 60 requests a minute",
  permission: "admin",
  body: DemoKeyInput,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) => createDemoKey(body.name, caller),
});
