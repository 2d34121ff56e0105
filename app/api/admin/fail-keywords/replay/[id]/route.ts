import { adminRoute } from "@/lib/server/admin";
import { cancelReplay, showReplay } from "@/lib/server/keyword-replay";

export const GET = adminRoute({
  summary: "How far a replay is, and what it found",
  permission: "bodies",
  handler: ({ id, caller }) => showReplay(id, caller),
});

export const DELETE = adminRoute({
  summary: "Stop a replay",
  permission: "bodies",
  handler: ({ id, caller }) => cancelReplay(id, caller),
});
