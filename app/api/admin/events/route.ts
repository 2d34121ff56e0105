import { LiveQuery } from "@/lib/schemas/live";
import { adminRoute } from "@/lib/server/admin";
import { authenticate } from "@/lib/server/authenticate";
import { liveEvents } from "@/lib/server/live-events";

export const GET = adminRoute({
  summary: "What happens, as server-sent events: calls, calls under way, deployment states, attention, import jobs",
  permission: "read",
  query: LiveQuery,
  answers: ["text/event-stream"],
  handler: ({ request, query }) =>
    liveEvents({
      topics: query.topics,
      filter: query.filter ?? {},
      lastEventId: request.headers.get("last-event-id") ?? query.lastEventId ?? null,
      signal: request.signal,
      stillAllowed: async () => (await authenticate(request)).require("read"),
    }),
});
