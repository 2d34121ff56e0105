import { handleWeb } from "../doors/web.ts";
import { SluiceError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { runtime } from "./runtime.ts";

/** The gateway of this process. The console process has none: server.ts answers the data plane's paths itself. */
export function gateway(): Gateway {
  const { gateway: here } = runtime();
  if (!here) throw new SluiceError("overloaded", "This process does not serve the data plane.");
  return here;
}

/** The data plane through Next: what the route handlers of its paths are made of. */
export const handleCall = (request: Request): Promise<Response> => handleWeb(gateway(), request);
