import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Permission } from "../schemas/roles.ts";
import { errorAnswer } from "./api-route.ts";
import { authenticate } from "./authenticate.ts";
import { environment } from "./runtime.ts";

/**
 * A route of AI API Gateway's own management paths (`/admin/…`): for an admin token or a session with this permission,
 * or for anybody while `ADMIN_STATS_OPEN` says so; then nobody in particular acts (undefined). Answers in shapes of that
 * product; a refusal is ours.
 */
export function operationsRoute(
  permission: Permission,
  handler: (request: Request, actor: Actor | undefined) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const requestId = newId("req");
    try {
      const caller = environment().adminStatsOpen ? null : await authenticate(request);
      caller?.require(permission);
      const response = await handler(request, caller?.actor);
      response.headers.set("cache-control", "no-store");
      response.headers.set("x-request-id", requestId);
      return response;
    } catch (error) {
      return errorAnswer(error, requestId);
    }
  };
}
