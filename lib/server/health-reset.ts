import { recordAct } from "../db/audit.ts";
import { getDeployment } from "../db/deployments.ts";
import { getProvider } from "../db/providers.ts";
import type { HealthResetInput } from "../schemas/health.ts";
import type { Caller } from "./caller.ts";
import { control } from "./runtime.ts";

/** Forgets failures: closes circuits, and credentials that were set aside are tried again. @throws SluiceError `not_found` */
export async function resetHealth(input: HealthResetInput, caller: Caller): Promise<void> {
  const deployment = input.deploymentId === undefined ? null : await getDeployment(input.deploymentId);
  const provider = input.providerId === undefined ? null : await getProvider(input.providerId);
  await control().resetHealth(input);
  for (const [type, target] of [
    ["deployment", deployment],
    ["provider", provider],
  ] as const) {
    if (!target) continue;
    await recordAct({
      actor: caller.actor,
      action: "reset_health",
      target: { type, id: target.id, name: target.name },
    });
  }
}
