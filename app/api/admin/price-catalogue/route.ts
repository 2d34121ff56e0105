import { PriceCatalogueQuery } from "@/lib/schemas/price-catalogue";
import { adminRoute } from "@/lib/server/admin";
import { showPriceCatalogue } from "@/lib/server/price-catalogue";

export const GET = adminRoute({
  summary: "The price catalogue: entries, their date, and what is wrong with a file of one's own",
  permission: "read",
  query: PriceCatalogueQuery,
  handler: ({ query }) => showPriceCatalogue(query),
});
