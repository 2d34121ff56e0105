import { handleCall } from "@/lib/server/standalone-gateway";

/** The path of older clients, with `?provider=`. */
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
