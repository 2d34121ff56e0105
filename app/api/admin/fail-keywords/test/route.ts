import { FailKeywordTestInput } from "@/lib/schemas/fail-keywords";
import { adminRoute } from "@/lib/server/admin";
import { testKeywords } from "@/lib/server/keyword-test";

export const POST = adminRoute({
  summary: "Try fail keywords on texts, on a pasted answer or on the stored one of a call, without changing anything",
  permission: "read",
  body: FailKeywordTestInput,
  handler: ({ body, caller }) => testKeywords(body, caller),
});
