import { adminRoute } from "@/lib/server/admin";
import { keywordSamples } from "@/lib/server/keyword-samples";

export const GET = adminRoute({
  summary: "Show the text each fail keyword met last",
  permission: "bodies",
  handler: () => keywordSamples(),
});
