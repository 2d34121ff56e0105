import { SluiceError } from "@/lib/errors";
import { portalRoute } from "@/lib/server/portal-route";

/** Paths that do not exist answer in the API's own form, to those who may use it at all. */
const nothingHere = portalRoute({
  summary: "No such route",
  handler: () => {
    throw new SluiceError("not_found", "There is no such route. /api/openapi.json lists those there are.");
  },
});

export { nothingHere as DELETE, nothingHere as GET, nothingHere as PATCH, nothingHere as POST, nothingHere as PUT };
