import { handleWeb } from "@/lib/doors/web";
import { gateway } from "@/lib/server/standalone-gateway";

/** The data plane through Next: the web door, for every method and path below /api/v1. */
const handle = (request: Request): Promise<Response> => handleWeb(gateway(), request);

export const dynamic = "force-dynamic";
export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
