import type { Signature, SignatureOrigin } from "./conversation.ts";

/**
 * Proofs of thoughts that travel through clients of another format. A client keeps a proof as it keeps any other text
 * and sends it back with the next request, so one of a foreign maker is put into an envelope:
 * `sluice1.<origin>.<base64url of the value>`. It is printable ASCII without quotes or white space, and stands wherever
 * the client's format puts its own proofs.
 */

const prefix = "sluice1.";
const envelope = /^sluice1\.(openai|anthropic|gemini)\.([A-Za-z0-9_-]+)$/;

/** Stands at a thought of another maker that has no proof, so that its maker's own format is not asked to check it. */
export const noSignature = `${prefix}none`;

/** A text that only we can read. */
export function isEnvelope(text: unknown): text is string {
  return typeof text === "string" && text.startsWith(prefix);
}

/** A proof as a client whose format is of `home` gets it. {@link openSignature} gives back the same proof. */
export function sealSignature({ origin, value }: Signature, home: SignatureOrigin): string {
  // A native value that looks like an envelope came from another gateway: it must not be taken for one of ours.
  if (origin === home && !value.startsWith(prefix)) return value;
  return `${prefix}${origin}.${Buffer.from(value).toString("base64url")}`;
}

/**
 * A proof as a client sent it: the content of an envelope, or else a native value of `home`. Null = no proof: an empty
 * text, {@link noSignature}, or an envelope that is damaged. Of the answers of a provider nothing is opened: their proofs are its own.
 */
export function openSignature(text: string, home: SignatureOrigin): Signature | null {
  if (!text) return null;
  if (!text.startsWith(prefix)) return { origin: home, value: text };
  const found = envelope.exec(text);
  const value = found ? Buffer.from(found[2] ?? "", "base64url").toString() : "";
  return value ? { origin: found?.[1] as SignatureOrigin, value } : null;
}
