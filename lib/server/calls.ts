import { recordAct } from "../db/audit.ts";
import { getCall } from "../db/logs.ts";
import type { CallDetailView } from "../schemas/logs.ts";
import type { Caller } from "./caller.ts";

/** One call with its receipt. Stored prompts and answers are added for those who may read them, and that is audited. */
export async function showCall(id: string, caller: Caller): Promise<CallDetailView> {
  const call = await getCall(id, { bodies: caller.may("bodies") });
  if (call.bodies) {
    await recordAct({
      actor: caller.actor,
      action: "read_bodies",
      target: { type: "call", id: call.id, name: call.requestId },
    });
  }
  return call;
}
