import { createHmac } from "node:crypto";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import nodemailer from "nodemailer";
import { forbiddenAddress } from "../../gateway/egress.ts";
import type { AlertChannel } from "../../schemas/alerts.ts";
import { egressPolicy } from "../egress-policy.ts";
import { environment } from "../runtime.ts";
import { createHttpTransport } from "../transport.ts";
import type { AlertTargets } from "./alert-settings.ts";

/** One message, ready to be sent. `text` is for people, `body` for programs (JSON, with `text` in it for chat services). */
export type AlertLetter = { subject: string; text: string; body: Record<string, unknown> };

const connectMs = 5_000;
const totalMs = 15_000;
/** Of what a receiver answers, so much is shown. */
const shownCharacters = 200;

/** Sends a letter by one channel, if that is set up. Rejects with what a person can act on. */
export async function deliver(channel: AlertChannel, targets: AlertTargets, letter: AlertLetter): Promise<void> {
  if (channel === "webhook" && targets.webhook) await postWebhook(targets.webhook, letter);
  if (channel === "email" && targets.email) await sendMail(targets.email, letter);
}

/** Over the same transport as upstream calls: no redirects, and the egress policy judges the address that is dialled. */
function postWebhook({ url, secret }: NonNullable<AlertTargets["webhook"]>, { body }: AlertLetter): Promise<void> {
  const { origin, host, pathname, search } = new URL(url);
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = ["host", host, "content-type", "application/json", "content-length", String(bytes.length)];
  headers.push("user-agent", "Sluice");
  if (secret !== null)
    headers.push("x-sluice-signature", `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`);
  const transport = createHttpTransport(egressPolicy(environment()));
  const sent = new Promise<void>((resolve, reject) => {
    let status = 0;
    let answer = "";
    transport.send(
      { origin, path: pathname + search, method: "POST", headers, body: bytes, connectMs },
      {
        onConnected() {},
        onHead(given) {
          status = given;
        },
        onData(chunk) {
          if (answer.length < shownCharacters) answer += chunk.toString("utf8");
        },
        onEnd() {
          if (status >= 200 && status < 300) resolve();
          else reject(new Error(`HTTP ${status} ${answer.slice(0, shownCharacters)}`.trim()));
        },
        onFault: (fault) => reject(new Error(fault.message)),
      },
    );
  });
  return inTime(sent).finally(() => transport.close());
}

/** Over a line that drips bytes an answer may never end, and no later alert would be sent. */
async function inTime(sent: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${totalMs / 1000} s`)), totalMs);
  });
  try {
    await Promise.race([sent, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An address of the mail server that the egress policy allows: the very one that is dialled. */
async function mailAddress(host: string, port: number): Promise<string> {
  const { address } = await lookup(host, { order: "ipv4first" });
  const denied = forbiddenAddress(address, port, egressPolicy(environment()), host);
  if (denied) throw new Error(`This address may not be called: ${denied}.`);
  return address;
}

async function sendMail(email: NonNullable<AlertTargets["email"]>, { subject, text }: AlertLetter): Promise<void> {
  const transporter = nodemailer.createTransport({
    host: await mailAddress(email.host, email.port),
    port: email.port,
    ...(isIP(email.host) === 0 && { tls: { servername: email.host } }),
    secure: email.security === "tls",
    requireTLS: email.security === "starttls",
    ignoreTLS: email.security === "none",
    ...(email.username !== null && { auth: { user: email.username, pass: email.password ?? "" } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: totalMs,
  });
  try {
    await inTime(transporter.sendMail({ from: email.from, to: email.to, subject, text }));
  } finally {
    transporter.close();
  }
}
