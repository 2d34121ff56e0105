import { handleCall } from "@/lib/server/standalone-gateway";

/** One provider by its name, through Next: every method and path below /api/proxy. */
export const dynamic = "force-dynamic";
export {
  handleCall as DELETE,
  handleCall as GET,
  handleCall as HEAD,
  handleCall as OPTIONS,
  handleCall as PATCH,
  handleCall as POST,
  handleCall as PUT,
};
