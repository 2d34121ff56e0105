import { recordAct } from "../db/audit.ts";
import { getCall } from "../db/logs.ts";
import type { CallDetailView } from "../schemas/logs.ts";
import type { Caller } from "./caller.ts";

/**
 * One call with its receipt. Stored prompts and answers are added for those who may read them, and that is audited.
 * What a rule met is a piece of an answer, so it too is for them alone.
 */
export async function showCall(id: string, caller: Caller): Promise<CallDetailView> {
  const call = await getCall(id, { bodies: caller.may("bodies") });
  if (!caller.may("bodies")) return withoutAnswerText(call);
  if (call.bodies) {
    await recordAct({
      actor: caller.actor,
      action: "read_bodies",
      target: { type: "call", id: call.id, name: call.requestId },
    });
  }
  return call;
}

/** A call without the pieces of answers its receipt quotes; which rule was met stays. */
function withoutAnswerText(call: CallDetailView): CallDetailView {
  const attempts = call.receipt.attempts.map((attempt) => ({ ...attempt, matched: null }));
  return { ...call, receipt: { ...call.receipt, attempts } };
}
