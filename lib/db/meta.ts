import { type DatabaseTransaction, db, writeTransaction } from "./client.ts";

/** The facts kept in the Meta table. */
export type MetaKey = "configVersion" | "keyCheckValue" | "demo" | "demoRemoved" | "providerFile";

export async function readMeta(key: MetaKey, tx: DatabaseTransaction = db()): Promise<string | null> {
  return (await tx.meta.findUnique({ where: { key } }))?.value ?? null;
}

/** Stores a fact; null removes it. */
export async function writeMeta(key: MetaKey, value: string | null, tx: DatabaseTransaction = db()): Promise<void> {
  if (value === null) await tx.meta.deleteMany({ where: { key } });
  else await tx.meta.upsert({ where: { key }, create: { key, value }, update: { value } });
}

/** How often the configuration has changed. Every process compares it to know whether its catalog is current. */
export async function readConfigVersion(tx: DatabaseTransaction = db()): Promise<number> {
  return Number((await readMeta("configVersion", tx)) ?? 0);
}

/** Counts a change of the configuration; call it in the transaction that makes the change. Returns the new version. */
export async function bumpConfigVersion(tx: DatabaseTransaction): Promise<number> {
  const rows = await tx.$queryRaw<{ value: string }[]>`
    INSERT INTO "Meta" ("key", "value") VALUES ('configVersion', '1')
    ON CONFLICT ("key") DO UPDATE SET "value" = CAST(CAST("Meta"."value" AS INTEGER) + 1 AS TEXT)
    RETURNING "value"`;
  return Number(rows[0]?.value);
}

/** One change of the configuration: the work and the new version are stored together or not at all. */
export function changeConfig<Result>(work: (tx: DatabaseTransaction) => Promise<Result>): Promise<Result> {
  return writeTransaction(async (tx) => {
    const result = await work(tx);
    await bumpConfigVersion(tx);
    return result;
  });
}
