import { z } from "zod";
import { versionLock, whole } from "./common.ts";
import { problem } from "./problems.ts";

/** From which level on a matter is told; see `AttentionLevel`. */
export const alertLevels = ["critical", "warning", "notice"] as const;
export type AlertLevel = (typeof alertLevels)[number];
export const alertChannels = ["webhook", "email"] as const;
export type AlertChannel = (typeof alertChannels)[number];

const webhookUrl = z
  .string()
  .trim()
  .max(1000)
  .superRefine((value, context) => {
    const url = URL.parse(value);
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash)
      context.addIssue(problem("not_a_url", "An http or https address without user or fragment."));
  });

const emailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+$/);

/** `HH:MM` of the instance's time zone. */
const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

/** A secret: a text sets it, null removes it, absent keeps it. */
const secret = z.string().min(1).max(500).nullable().optional();

export const AlertsPatch = z.strictObject({
  enabled: z.boolean().optional(),
  level: z.enum(alertLevels).optional(),
  /** Nothing but `critical` is told between these; the rest afterwards, if it is still so. Null = always. */
  quietHours: z.strictObject({ from: clock, to: clock }).nullable().optional(),
  /** After so many hours a matter that is still there is told again, 1 to 168. */
  repeatHours: whole(1, 168).optional(),
  webhook: z
    .strictObject({
      /** Absent keeps the stored one. Addresses of chat services are secrets themselves: only the host is shown. */
      url: webhookUrl.optional(),
      /** Signs each message: `x-sluice-signature: sha256=<HMAC-SHA-256 of the body, hexadecimal>`. */
      secret,
    })
    .nullable()
    .optional(),
  email: z
    .strictObject({
      host: z.string().trim().min(1).max(253),
      port: whole(1, 65_535),
      /** `tls` from the first byte, `starttls` before anything is sent, or `none`. */
      security: z.enum(["tls", "starttls", "none"]),
      username: z.string().max(254).nullable(),
      password: secret,
      from: emailAddress,
      to: z.array(emailAddress).min(1).max(20),
    })
    .nullable()
    .optional(),
  version: versionLock,
});
export type AlertsPatch = z.infer<typeof AlertsPatch>;

/** How the last message of a channel went. */
export type AlertDelivery = { at: string; ok: boolean; message: string | null };

/** Alerts as they are set. Secrets are told by whether there is one. */
export type AlertsView = {
  enabled: boolean;
  level: AlertLevel;
  quietHours: { from: string; to: string } | null;
  repeatHours: number;
  webhook: { host: string; hasSecret: boolean } | null;
  email: {
    host: string;
    port: number;
    security: "tls" | "starttls" | "none";
    username: string | null;
    hasPassword: boolean;
    from: string;
    to: string[];
  } | null;
  last: Partial<Record<AlertChannel, AlertDelivery>>;
  version: number;
};

export const AlertTest = z.strictObject({ channel: z.enum(alertChannels) });
