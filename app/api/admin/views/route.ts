import { createView, listViews } from "@/lib/db/views";
import { ViewInput, ViewListQuery } from "@/lib/schemas/views";
import { adminRoute } from "@/lib/server/admin";

export const GET = adminRoute({
  summary: "List the saved views of a page: one's own, and those others share",
  permission: "read",
  query: ViewListQuery,
  handler: async ({ query, caller }) => ({ items: await listViews(query.page, caller.actor) }),
});

export const POST = adminRoute({
  summary: "Save a filter of a page under a name; sharing it needs the permission to write",
  permission: "read",
  body: ViewInput,
  status: 201,
  handler: ({ body, caller }) => {
    if (body.shared) caller.require("write");
    return createView(body, caller.actor);
  },
});
