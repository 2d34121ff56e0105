import type { Actor } from "../schemas/audit.ts";
import {
  type SettingsPatch,
  type SettingsView,
  type SettingValues,
  settingsVersion,
  settingsView,
  settingValues,
  storedSettings,
} from "../schemas/settings.ts";
import { recordAudit } from "./audit.ts";
import { requireVersion } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { changeConfig } from "./meta.ts";

async function storedValues(tx: DatabaseTransaction): Promise<Record<string, unknown>> {
  const rows = await tx.setting.findMany();
  return Object.fromEntries(rows.map((row) => [row.key, row.value]));
}

/** The value in use of every setting. */
export async function readSettings(): Promise<SettingValues> {
  return settingValues(await storedValues(db()));
}

/** Every setting with its default, unit and bounds. */
export async function getSettings(): Promise<SettingsView> {
  return settingsView(await storedValues(db()));
}

/** Stores the given settings; `null` puts one back to its default. @throws SluiceError `conflict` (stale version) */
export async function updateSettings(patch: SettingsPatch, actor: Actor): Promise<SettingsView> {
  return await changeConfig(async (tx) => {
    const before = await storedValues(tx);
    requireVersion({ version: settingsVersion(before) }, patch.version);
    for (const [key, value] of Object.entries(storedSettings(patch))) {
      if (value === undefined) continue;
      if (value === null) await tx.setting.deleteMany({ where: { key } });
      else {
        const json: Prisma.InputJsonValue = value as string | number | boolean;
        await tx.setting.upsert({ where: { key }, create: { key, value: json }, update: { value: json } });
      }
    }
    const after = await storedValues(tx);
    await recordAudit(tx, {
      actor,
      action: "update",
      target: { type: "settings", id: null, name: null },
      before: settingValues(before),
      after: settingValues(after),
    });
    return settingsView(after);
  });
}
