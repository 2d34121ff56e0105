import type { Environment } from "../env.ts";
import type { EgressPolicy } from "../gateway/egress.ts";

/** Where this installation may connect to. */
export function egressPolicy(environment: Environment): EgressPolicy {
  return {
    allowPrivate: environment.egressAllowPrivate,
    allow: environment.egressAllow,
    ownPort: environment.port,
  };
}
