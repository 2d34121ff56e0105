import { Nothing } from "@/lib/schemas/common";
import { adminRoute } from "@/lib/server/admin";
import { checkStored } from "@/lib/server/providers";

export const POST = adminRoute({
  summary: "Look at a stored provider stage by stage (name, connection, key, list)",
  permission: "write",
  body: Nothing,
  handler: ({ id }) => checkStored(id),
});
