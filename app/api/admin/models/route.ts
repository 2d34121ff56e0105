import { adminRoute } from "@/lib/server/admin";
import { modelCatalogue } from "@/lib/server/models-catalogue";

export const GET = adminRoute({
  summary: "List everything a client can name in `model`, with who offers it, at what price and how fast",
  permission: "read",
  handler: () => modelCatalogue(),
});
