import { recordAct } from "../db/audit.ts";
import { getCall } from "../db/logs.ts";
import { getProvider } from "../db/providers.ts";
import type { CallDetailView } from "../schemas/logs.ts";
import { attemptCurl } from "./attempt-curl.ts";
import type { Caller } from "./caller.ts";

/**
 * One call with its receipt. Stored prompts and answers are added for those who may read them, and that is audited.
 * What a rule met is a piece of an answer, so it too is for them alone.
 */
export async function showCall(id: string, caller: Caller): Promise<CallDetailView> {
  const call = await getCall(id, { bodies: caller.may("bodies") });
  if (!caller.may("bodies")) return withoutAnswerText(call);
  if (call.bodies) {
    call.commands = await commandsOf(call);
    await recordAct({
      actor: caller.actor,
      action: "read_bodies",
      target: { type: "call", id: call.id, name: call.requestId },
    });
  }
  return call;
}

/** Providers and models are those of today: what the attempts were told by then is not stored. */
async function commandsOf({ endpoint, stream, bodies, receipt }: CallDetailView): Promise<(string | null)[]> {
  const request = bodies?.truncated ? null : (bodies?.request ?? null);
  const ids = [...new Set(receipt.attempts.map(({ providerId }) => providerId))];
  const providers = await Promise.all(ids.map((id) => getProvider(id).catch(() => null)));
  return receipt.attempts.map(({ providerId, deployment, reason }) => {
    const provider = providers.find((one) => one?.id === providerId);
    const model = provider?.deployments.find(({ id }) => id === deployment.id)?.model;
    if (!provider || model === undefined || reason === "simulated") return null;
    return attemptCurl({ endpoint, stream, request }, provider, model);
  });
}

/** A call without the pieces of answers its receipt quotes; which rule was met stays. */
function withoutAnswerText(call: CallDetailView): CallDetailView {
  const attempts = call.receipt.attempts.map((attempt) => ({ ...attempt, matched: null }));
  return { ...call, receipt: { ...call.receipt, attempts } };
}
