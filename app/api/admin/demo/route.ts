import { removeDemo } from "@/lib/db/demo";
import { adminRoute } from "@/lib/server/admin";
import { bringDemoBack, demoView } from "@/lib/server/demo";

export const GET = adminRoute({
  summary: "The built-in demo: its parts, who uses them, and the faults that wait for its next calls",
  permission: "read",
  handler: () => demoView(),
});

export const POST = adminRoute({
  summary: "Bring the demo back as it was when it was removed",
  permission: "write",
  reloads: true,
  handler: ({ caller }) => bringDemoBack(caller),
});

export const DELETE = adminRoute({
  summary: "Remove the demo provider with its deployments, the groups that hold nothing else, and its fail keywords",
  permission: "write",
  reloads: true,
  handler: async ({ caller }) => {
    await removeDemo(caller.actor, "person");
    return await demoView();
  },
});
