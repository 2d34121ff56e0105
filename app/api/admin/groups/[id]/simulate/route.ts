import { getGroup } from "@/lib/db/groups";
import { GroupSimulateInput } from "@/lib/schemas/groups";
import { adminRoute } from "@/lib/server/admin";
import { control } from "@/lib/server/runtime";

export const POST = adminRoute({
  summary: "The receipt a call would get, with no upstream call",
  permission: "read",
  body: GroupSimulateInput,
  handler: async ({ id, body }) => control().simulate({ ...body, groupId: (await getGroup(id)).id }),
});
