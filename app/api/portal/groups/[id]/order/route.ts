import { PortalOrder } from "@/lib/schemas/portal";
import { changeOrder } from "@/lib/server/portal";
import { portalRoute } from "@/lib/server/portal-route";

export const PUT = portalRoute({
  summary: "Put the members of a group into another order; for keys that may choose",
  body: PortalOrder,
  reloads: true,
  handler: ({ caller, id, body }) => changeOrder(caller, id, body),
});
