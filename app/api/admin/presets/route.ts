import { presets } from "@/lib/presets/presets";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "The presets: what a new provider of a known vendor is filled in with",
  permission: "read",
  handler: () => ({ items: presets, nextCursor: null, total: presets.length }),
});
