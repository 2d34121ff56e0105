import { AlertTest } from "@/lib/schemas/alerts";
import { adminRoute } from "@/lib/server/admin";
import { sendTest } from "@/lib/server/alerts/alerts";

export const POST = adminRoute({
  summary: "Send a test message by one channel and say how it went",
  permission: "admin",
  body: AlertTest,
  handler: ({ body }) => sendTest(body.channel),
});
