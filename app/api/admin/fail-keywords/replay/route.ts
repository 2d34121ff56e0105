import { KeywordReplayInput } from "@/lib/schemas/fail-keywords";
import { adminRoute } from "@/lib/server/admin";
import { beginReplay } from "@/lib/server/keyword-replay";

export const POST = adminRoute({
  summary: "Begin to look for the stored answers of the last days that a rule would have caught",
  permission: "bodies",
  body: KeywordReplayInput,
  status: 202,
  handler: ({ body, caller }) => beginReplay(body.rule, caller),
});
