import { newId } from "../id.ts";
import { demoBaseUrl } from "../schemas/addresses.ts";
import { changeConfig, readMeta, writeMeta } from "./meta.ts";

/** Made-up prices in nano-dollars per 1M tokens, so that costs can be seen without an account anywhere. */
const inputPriceNanos = 150_000_000n;
const outputPriceNanos = 600_000_000n;

/** The parts of a rescue, in the order they are tried: one fails, one answers with an excuse, one answers. */
const models = ["demo-flaky", "demo-polite-error", "demo-steady"];

/**
 * Puts the demo provider, its group `demo-chat` and its fail keyword into the configuration, once in the life of a
 * database: what a person changes or deletes stays so. Returns whether it did.
 */
export async function seedDemo(): Promise<boolean> {
  if ((await readMeta("demo")) !== null) return false;
  return changeConfig(async (tx) => {
    if ((await readMeta("demo", tx)) !== null) return false;
    await writeMeta("demo", "seeded", tx);
    const taken =
      (await tx.provider.findUnique({ where: { name: "Demo" } })) ??
      (await tx.group.findUnique({ where: { name: "demo-chat" } })) ??
      (await tx.groupAlias.findUnique({ where: { name: "demo-chat" } }));
    if (taken) return false;

    const provider = await tx.provider.create({
      data: { id: newId("prv"), name: "Demo", protocol: "demo", baseUrl: demoBaseUrl, source: "demo", retries: 0 },
    });
    const group = await tx.group.create({ data: { id: newId("grp"), name: "demo-chat" } });
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
    return true;
  });
}
