import { newId } from "../id.ts";
import { demoBaseUrl } from "../schemas/addresses.ts";
import type { DatabaseTransaction } from "./client.ts";
import { changeConfig, readMeta, writeMeta } from "./meta.ts";

/** Made-up prices in nano-dollars per 1M tokens, so that costs can be seen without an account anywhere. */
const inputPriceNanos = 150_000_000n;
const outputPriceNanos = 600_000_000n;

/** The parts of a rescue, in the order they are tried: one fails, one answers with an excuse, one answers. */
const models = ["demo-flaky", "demo-polite-error", "demo-steady"];

const providerName = "Demo";
export const demoGroupName = "demo-chat";

/**
 * Puts the demo provider, its group `demo-chat` and its fail keyword into the configuration, once in the life of a
 * database: what a person changes or deletes stays so. Returns whether it did.
 */
export async function seedDemo(): Promise<boolean> {
  if ((await readMeta("demo")) !== null) return false;
  return changeConfig(async (tx) => {
    if ((await readMeta("demo", tx)) !== null) return false;
    await writeMeta("demo", "seeded", tx);
    return (await createDemo(tx)) !== null;
  });
}

/** The demo as it is new. Returns the name of its provider; null = a name it needs is taken. */
export async function createDemo(tx: DatabaseTransaction): Promise<string | null> {
  const taken =
    (await tx.provider.findUnique({ where: { name: providerName } })) ??
    (await tx.group.findUnique({ where: { name: demoGroupName } })) ??
    (await tx.groupAlias.findUnique({ where: { name: demoGroupName } }));
  if (taken) return null;

  const provider = await tx.provider.create({
    data: { id: newId("prv"), name: providerName, protocol: "demo", baseUrl: demoBaseUrl, source: "demo", retries: 0 },
  });
  const group = await tx.group.create({ data: { id: newId("grp"), name: demoGroupName } });
  for (const [position, model] of models.entries()) {
    const id = newId("dep");
    await tx.deployment.create({
      data: {
        id,
        providerId: provider.id,
        model,
        name: model,
        inputPriceNanos,
        outputPriceNanos,
        contextWindow: 8192,
      },
    });
    await tx.member.create({ data: { groupId: group.id, deploymentId: id, priority: position + 1, position } });
  }
  await tx.failKeyword.create({
    data: {
      id: newId("kw"),
      keyword: "quota is used up",
      description: "Demo: an answer that is really an excuse.",
      scope: "provider",
      targetId: provider.id,
    },
  });
  return provider.name;
}
