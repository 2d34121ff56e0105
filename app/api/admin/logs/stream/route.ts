import { LogFilter } from "@/lib/schemas/logs";
import { adminRoute } from "@/lib/server/admin";
import { authenticate } from "@/lib/server/authenticate";
import { tailCalls } from "@/lib/server/live-calls";

export const GET = adminRoute({
  summary: "Finished calls as they happen, as server-sent events",
  permission: "read",
  query: LogFilter,
  answers: ["text/event-stream"],
  handler: ({ request, query }) =>
    tailCalls({
      filter: query,
      lastEventId: request.headers.get("last-event-id"),
      signal: request.signal,
      stillAllowed: async () => (await authenticate(request)).require("read"),
    }),
});
