import { readAlertState, readAlerts, type StoredAlerts, storeAlerts } from "../../db/alerts.ts";
import { SluiceError } from "../../errors.ts";
import { checkUpstreamUrl } from "../../gateway/egress.ts";
import type { AlertsPatch, AlertsView } from "../../schemas/alerts.ts";
import type { Actor } from "../../schemas/audit.ts";
import type { FieldProblem } from "../../schemas/problems.ts";
import { openSecret, sealSecret } from "../../secrets.ts";
import { egressPolicy } from "../egress-policy.ts";
import { environment, masterKey } from "../runtime.ts";

/** Where messages go, in the clear. */
export type AlertTargets = {
  webhook: { url: string; secret: string | null } | null;
  email: StoredAlerts["email"];
};

const context = (field: string) => ({ table: "Setting.alerts", row: field, origin: "" });
const seal = (field: string, text: string) => sealSecret(masterKey(), text, context(field));
const open = (field: string, sealed: string) => openSecret(masterKey(), sealed, context(field));

/** @throws SecretError when a secret was sealed under another key */
export function targetsOf({ webhook, email }: StoredAlerts): AlertTargets {
  return {
    webhook: webhook && {
      url: open("webhook.url", webhook.url),
      secret: webhook.secret && open("webhook.secret", webhook.secret),
    },
    email: email && { ...email, password: email.password && open("email.password", email.password) },
  };
}

export async function showAlerts(): Promise<AlertsView> {
  const [{ webhook, email, ...rest }, { last }] = await Promise.all([readAlerts(), readAlertState()]);
  const { password, ...shownEmail } = email ?? { password: null };
  return {
    ...rest,
    webhook: webhook && { host: webhook.host, hasSecret: webhook.secret !== null },
    email: email && {
      ...(shownEmail as Omit<NonNullable<StoredAlerts["email"]>, "password">),
      hasPassword: password !== null,
    },
    last,
  };
}

function refused(path: string, code: FieldProblem["code"], message: string): SluiceError {
  const field: FieldProblem = { path, code, params: {}, message };
  return new SluiceError(code === "required" ? "missing_required" : "egress_denied", `${path}: ${message}`, {
    param: path,
    details: { fields: [field] },
  });
}

/** The sealed form of a secret: a new one, none, or the stored one while it goes to the same place as safely. */
function kept(
  field: string,
  given: string | null | undefined,
  stored: string | null | undefined,
  samePlace: boolean,
): string | null {
  if (given === undefined) return samePlace ? (stored ?? null) : null;
  return given === null ? null : seal(field, given);
}

function webhookAfter(
  given: NonNullable<AlertsPatch["webhook"]>,
  before: StoredAlerts["webhook"],
): NonNullable<StoredAlerts["webhook"]> {
  if (given.url === undefined) {
    if (!before) throw refused("webhook.url", "required", "An address is needed.");
    return { ...before, secret: kept("webhook.secret", given.secret, before.secret, true) };
  }
  const { host } = new URL(given.url);
  try {
    checkUpstreamUrl(given.url, egressPolicy(environment()));
  } catch (error) {
    throw refused("webhook.url", "egress_denied", (error as Error).message);
  }
  const secret = kept("webhook.secret", given.secret, before?.secret, before?.host === host);
  return { host, url: seal("webhook.url", given.url), secret };
}

/** @throws SluiceError `conflict` (stale version), `missing_required`, `egress_denied` */
export async function changeAlerts({ version, ...patch }: AlertsPatch, actor: Actor): Promise<AlertsView> {
  const before = await readAlerts();
  const email = patch.email && {
    ...patch.email,
    password: kept(
      "email.password",
      patch.email.password,
      before.email?.password,
      before.email?.host === patch.email.host && (patch.email.security !== "none" || before.email.security === "none"),
    ),
  };
  const next = {
    enabled: patch.enabled ?? before.enabled,
    level: patch.level ?? before.level,
    quietHours: patch.quietHours === undefined ? before.quietHours : patch.quietHours,
    repeatHours: patch.repeatHours ?? before.repeatHours,
    webhook:
      patch.webhook === undefined ? before.webhook : patch.webhook && webhookAfter(patch.webhook, before.webhook),
    email: email === undefined ? before.email : email,
  };
  await storeAlerts(next, version, actor);
  return showAlerts();
}
