import { CatalogueMatchInput } from "@/lib/schemas/models";
import { adminRoute } from "@/lib/server/admin";
import { matchCatalogue } from "@/lib/server/models-catalogue";

export const POST = adminRoute({
  summary: "Give deployments the prices of the catalogue; dryRun tells what would change and changes nothing",
  permission: "write",
  body: CatalogueMatchInput,
  reloads: true,
  handler: ({ body, caller }) => matchCatalogue(body, caller.actor),
});
