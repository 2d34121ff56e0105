import { getSettings, updateSettings } from "@/lib/db/settings";
import { SettingsPatch } from "@/lib/schemas/settings";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "Every setting with its value, default, unit and bounds",
  permission: "read",
  handler: () => getSettings(),
});

export const PATCH = adminRoute({
  summary: "Change settings; null puts one back to its default",
  permission: "admin",
  body: SettingsPatch,
  reloads: true,
  handler: ({ body, caller }) => updateSettings(body, caller.actor),
});
