import type { z } from "zod";
import { SluiceError } from "../errors.ts";
import { type ApiDefinition, type ApiHandler, apiRoute } from "./api-route.ts";
import { isJsonType } from "./json-body.ts";
import { loginThrottle } from "./login-throttle.ts";
import { visitorAddress } from "./visitor-address.ts";

/** Somebody without a session. `ip` is null where it cannot be known. */
export type Visitor = { ip: string | null };

/**
 * A route for people who have no account yet: what they send is the proof. Tries are bounded as sign-ins are, under
 * `what`, and JSON keeps forms of other sites out.
 */
export function visitorRoute<Query extends z.ZodType, Body extends z.ZodType>(
  what: string,
  definition: ApiDefinition<Visitor, Query, Body>,
): ApiHandler {
  return apiRoute(definition, async (request) => {
    if (!isJsonType(request.headers.get("content-type")))
      throw new SluiceError("unsupported_media_type", "Send the body as application/json.");
    const ip = visitorAddress(request.headers);
    const admission = loginThrottle().admit(what, ip);
    if (!admission.admitted) {
      throw new SluiceError("rate_limit_exceeded", "Too many tries. Wait before the next one.", {
        retryAfterSeconds: admission.retryAfterSeconds,
      });
    }
    return { ip };
  });
}
