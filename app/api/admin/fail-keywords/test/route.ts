import { FailKeywordTestInput } from "@/lib/schemas/fail-keywords";
import { adminRoute } from "@/lib/server/admin";
import { testKeywords } from "@/lib/server/keyword-test";

export const POST = adminRoute({
  summary: "Try fail keywords on texts or on the stored answer of a call, without changing anything",
  permission: "bodies",
  body: FailKeywordTestInput,
  handler: ({ body, caller }) => testKeywords(body, caller),
});
