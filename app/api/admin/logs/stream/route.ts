import { LogFilter } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";
import { authenticate } from "@/lib/server/authenticate";
import { liveEvents } from "@/lib/server/live-events";

export const GET = adminRoute({
  summary:
    "Finished calls as they happen, as server-sent events: GET /api/admin/events?topics=calls under its first name",
  permission: "read",
  query: LogFilter,
  answers: ["text/event-stream"],
  handler: ({ request, query }) =>
    liveEvents({
      topics: ["calls"],
      filter: query,
      lastEventId: request.headers.get("last-event-id"),
      signal: request.signal,
      stillAllowed: async () => (await authenticate(request)).require("read"),
    }),
});
