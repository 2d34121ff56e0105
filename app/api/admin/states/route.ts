import { adminRoute } from "@/lib/server/admin";
import { control } from "@/lib/server/runtime";

export const GET = adminRoute({
  summary: "Live state of every deployment",
  permission: "read",
  handler: async () => ({ items: await control().states(), nextCursor: null }),
});
