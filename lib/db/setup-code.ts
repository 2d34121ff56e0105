import { db, writeTransaction } from "./client.ts";

/** The one-time set-up code as it is kept: never the code itself. Times are epoch milliseconds. */
export type StoredSetupCode = { hash: string; expiresAtMs: number; triesLeft: number };

const key = "setupCode";

function parsed(value: string | undefined): StoredSetupCode | null {
  return value === undefined ? null : (JSON.parse(value) as StoredSetupCode);
}

export async function writeSetupCode(code: StoredSetupCode): Promise<void> {
  const value = JSON.stringify(code);
  await db().meta.upsert({ where: { key }, create: { key, value }, update: { value } });
}

export async function deleteSetupCode(): Promise<void> {
  await db().meta.deleteMany({ where: { key } });
}

/**
 * The code as it stood, with one try taken off it in the same transaction, so that tries sent at once are all counted.
 * null = there is none.
 */
export async function takeSetupTry(): Promise<StoredSetupCode | null> {
  return writeTransaction(async (tx) => {
    const code = parsed((await tx.meta.findUnique({ where: { key } }))?.value);
    if (code !== null && code.triesLeft > 0) {
      await tx.meta.update({
        where: { key },
        data: { value: JSON.stringify({ ...code, triesLeft: code.triesLeft - 1 }) },
      });
    }
    return code;
  });
}
