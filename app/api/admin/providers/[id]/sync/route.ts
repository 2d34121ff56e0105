import { Nothing } from "@/lib/schemas/common";
import { ModelSyncInput } from "@/lib/schemas/model-import";
import { adminRoute } from "@/lib/server/admin";
import { changeModelSync, lookAtList, showModelSync } from "@/lib/server/model-sync";

export const GET = adminRoute({
  summary: "Read when a provider's list of models is looked at, and what is new there",
  permission: "read",
  handler: ({ id }) => showModelSync(id),
});

export const PATCH = adminRoute({
  summary: "Change when a provider's list of models is looked at; cron null = never by itself",
  permission: "write",
  body: ModelSyncInput,
  handler: ({ id, body, caller }) => changeModelSync(id, body, caller.actor),
});

export const POST = adminRoute({
  summary: "Look at a provider's list of models now; nothing of what is new there is done",
  permission: "write",
  body: Nothing,
  handler: ({ id, caller }) => lookAtList(id, caller.actor),
});
