import type { AlertChannel, AlertDelivery, AlertLevel } from "../schemas/alerts.ts";
import type { Actor } from "../schemas/audit.ts";
import { recordAudit } from "./audit.ts";
import { requireVersion } from "./change.ts";
import { db, writeTransaction } from "./client.ts";
import type { Prisma } from "./generated/client.ts";

/** Alerts as they are stored; secrets are sealed. */
export type StoredAlerts = {
  enabled: boolean;
  level: AlertLevel;
  quietHours: { from: string; to: string } | null;
  repeatHours: number;
  webhook: { host: string; url: string; secret: string | null } | null;
  email: {
    host: string;
    port: number;
    security: "tls" | "starttls" | "none";
    username: string | null;
    password: string | null;
    from: string;
    to: string[];
  } | null;
  version: number;
};

const settingKey = "alerts";
const stateKey = "alertState";

export const noAlerts: StoredAlerts = {
  enabled: false,
  level: "warning",
  quietHours: null,
  repeatHours: 24,
  webhook: null,
  email: null,
  version: 1,
};

export async function readAlerts(): Promise<StoredAlerts> {
  const row = await db().setting.findUnique({ where: { key: settingKey } });
  return row ? { ...noAlerts, ...(row.value as unknown as StoredAlerts) } : noAlerts;
}

/** What the audit log keeps: secrets as "changed" where one is new. */
function audited({ webhook, email, version: _version, ...rest }: StoredAlerts, before?: StoredAlerts) {
  const mark = (now: string | null, old: string | null | undefined) =>
    now === null ? null : before && now !== old ? "changed" : "set";
  return {
    ...rest,
    webhook: webhook && {
      host: webhook.host,
      url: mark(webhook.url, before?.webhook?.url),
      secret: mark(webhook.secret, before?.webhook?.secret),
    },
    email: email && { ...email, password: mark(email.password, before?.email?.password) },
  };
}

/** @throws SluiceError `conflict` (stale version) */
export async function storeAlerts(
  next: Omit<StoredAlerts, "version">,
  expected: number | undefined,
  actor: Actor,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = await tx.setting.findUnique({ where: { key: settingKey } });
    const before = row ? (row.value as unknown as StoredAlerts) : noAlerts;
    requireVersion(before, expected);
    const after = { ...next, version: before.version + 1 };
    const value = after as unknown as Prisma.InputJsonValue;
    await tx.setting.upsert({ where: { key: settingKey }, create: { key: settingKey, value }, update: { value } });
    await recordAudit(tx, {
      actor,
      action: "update",
      target: { type: "settings", id: settingKey, name: null },
      before: audited(before),
      after: audited(after, before),
    });
  });
}

/** One matter that was seen. Times are epoch milliseconds; `toldAt` null = nobody was told yet; `level` is the worst told. */
export type SeenMatter = { level: AlertLevel; text: string; seenAt: number; missing: number; toldAt: number | null };

/** What the watch remembers between two looks, also across a restart. */
export type AlertState = {
  matters: Record<string, SeenMatter>;
  last: Partial<Record<AlertChannel, AlertDelivery>>;
};

export async function readAlertState(): Promise<AlertState> {
  const row = await db().meta.findUnique({ where: { key: stateKey } });
  return row ? (JSON.parse(row.value) as AlertState) : { matters: {}, last: {} };
}

export async function storeAlertState(state: AlertState): Promise<void> {
  const value = JSON.stringify(state);
  await db().meta.upsert({ where: { key: stateKey }, create: { key: stateKey, value }, update: { value } });
}
