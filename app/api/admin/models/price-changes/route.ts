import { listPriceChanges } from "@/lib/db/price-changes";
import { PriceChangeInput, PriceChangeQuery } from "@/lib/schemas/models";
import { adminRoute } from "@/lib/server/admin";
import { changePrices } from "@/lib/server/models-catalogue";

export const GET = adminRoute({
  summary: "List changes of prices: those still to come, and those in effect",
  permission: "read",
  query: PriceChangeQuery,
  handler: ({ query }) => listPriceChanges(query),
});

export const POST = adminRoute({
  summary: "Change the prices of a deployment now or at a moment to come; calls keep the cost they were recorded with",
  permission: "write",
  body: PriceChangeInput,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) => changePrices(body, caller.actor),
});
