import { AlertsPatch } from "@/lib/schemas/alerts";
import { adminRoute } from "@/lib/server/admin";
import { changeAlerts, showAlerts } from "@/lib/server/alerts/alert-settings";

export const GET = adminRoute({
  summary: "Who is told what, how the last message went; no secrets",
  permission: "admin",
  handler: () => showAlerts(),
});

export const PATCH = adminRoute({
  summary: "Change who is told what",
  permission: "admin",
  body: AlertsPatch,
  handler: ({ body, caller }) => changeAlerts(body, caller.actor),
});
