import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * Everything that touches a secret: sealing credentials, hashing what we issue, making new keys, and keeping secrets
 * out of text. The master key is always passed in; lib/master-key.ts loads it.
 */

export const masterKeyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** What a sealed text is bound to. Opening it for another row, or after the provider moved to another origin, fails. */
export type SealContext = { table: string; row: string; origin: string };

export type SecretErrorCode = "malformed" | "other_key" | "not_authentic";

/** A sealed text that cannot be opened. Carries no part of the secret. Recognise it with {@link isSecretError}. */
export class SecretError extends Error {
  readonly code: SecretErrorCode;

  constructor(code: SecretErrorCode, message: string) {
    super(message);
    this.name = "SecretError";
    this.code = code;
  }
}

export function isSecretError(value: unknown): value is SecretError {
  return value instanceof Error && value.name === "SecretError" && "code" in value;
}

type SubKeys = {
  id: string;
  seal: KeyObject;
  clientKey: KeyObject;
  adminToken: KeyObject;
  session: string;
  check: string;
};

const subKeysByMaster = new WeakMap<Buffer, SubKeys>();

/** One key per purpose (HKDF-SHA-256), so that no output of one use helps against another. */
function subKeysOf(masterKey: Buffer): SubKeys {
  const known = subKeysByMaster.get(masterKey);
  if (known) return known;
  if (masterKey.length !== masterKeyBytes) throw new RangeError(`a master key has ${masterKeyBytes} bytes`);
  const derive = (purpose: string, length = 32) =>
    Buffer.from(hkdfSync("sha256", masterKey, "sluice", purpose, length));
  const made: SubKeys = {
    id: derive("key id", 6).toString("base64url"),
    seal: createSecretKey(derive("credential sealing")),
    clientKey: createSecretKey(derive("client key hash")),
    adminToken: createSecretKey(derive("admin token hash")),
    session: derive("session secret").toString("base64url"),
    check: derive("key check value").toString("hex"),
  };
  subKeysByMaster.set(masterKey, made);
  return made;
}

/** JSON keeps the parts apart whatever characters they hold. */
function associatedData({ table, row, origin }: SealContext, keyId: string): Buffer {
  return Buffer.from(JSON.stringify(["v1", keyId, table, row, origin]));
}

/**
 * The origin a credential is sealed for: scheme, host and port of a base URL (`demo://built-in` keeps its host, which
 * URL.origin would call "null").
 */
export function originOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  return `${url.protocol}//${url.host}`;
}

/** AES-256-GCM. Returns `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. */
export function sealSecret(masterKey: Buffer, plaintext: string, context: SealContext): string {
  const keys = subKeysOf(masterKey);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", keys.seal, nonce);
  cipher.setAAD(associatedData(context, keys.id));
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1.${keys.id}.${nonce.toString("base64url")}.${sealed.toString("base64url")}`;
}

/**
 * The plaintext of {@link sealSecret}.
 * @throws SecretError `malformed` (not our text), `other_key` (sealed under another master key), `not_authentic`
 * (changed, or another table, row or origin).
 */
export function openSecret(masterKey: Buffer, sealed: string, context: SealContext): string {
  const keys = subKeysOf(masterKey);
  const [version, keyId, nonceText, bodyText, ...rest] = sealed.split(".");
  if (version !== "v1" || keyId === undefined || nonceText === undefined || bodyText === undefined || rest.length > 0) {
    throw new SecretError("malformed", "a stored secret is not in the expected form");
  }
  if (keyId !== keys.id) throw new SecretError("other_key", "a stored secret was sealed under another encryption key");
  const nonce = Buffer.from(nonceText, "base64url");
  const body = Buffer.from(bodyText, "base64url");
  if (nonce.length !== nonceBytes || body.length < tagBytes) {
    throw new SecretError("malformed", "a stored secret is not in the expected form");
  }
  const decipher = createDecipheriv("aes-256-gcm", keys.seal, nonce, { authTagLength: tagBytes });
  decipher.setAAD(associatedData(context, keyId));
  decipher.setAuthTag(body.subarray(body.length - tagBytes));
  try {
    return decipher.update(body.subarray(0, body.length - tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch {
    throw new SecretError("not_authentic", "a stored secret was changed, or belongs to another row or address");
  }
}

/** HMAC-SHA-256 (hex) under which a client key is looked up. On the hot path: about two microseconds. */
export function hashClientKey(masterKey: Buffer, key: string): string {
  return createHmac("sha256", subKeysOf(masterKey).clientKey).update(key).digest("hex");
}

/** HMAC-SHA-256 (hex) of a management token. */
export function hashAdminToken(masterKey: Buffer, token: string): string {
  return createHmac("sha256", subKeysOf(masterKey).adminToken).update(token).digest("hex");
}

/** What the login library signs sessions with. */
export function sessionSecret(masterKey: Buffer): string {
  return subKeysOf(masterKey).session;
}

/** Stored at first start; a later start under another key sees that it differs. Says nothing about the key itself. */
export function keyCheckValue(masterKey: Buffer): string {
  return subKeysOf(masterKey).check;
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const clientKeyPrefix = "sk-sluice-";
const adminTokenPrefix = "sluice-admin-";
const keyIdCharacters = 6;
const randomCharacters = 32;
const checksumCharacters = 6;
const clientKeyBody = /^[0-9A-Za-z]+$/;

/** Uniform base62 text: bytes of 248 and above are thrown away, since 256 is not a multiple of 62. */
function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += base62[byte % 62];
    }
  }
  return text;
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let out = "";
  for (let i = 0; i < checksumCharacters; i++, rest = Math.floor(rest / 62)) out = base62.charAt(rest % 62) + out;
  return out;
}

/** A new client key: `sk-sluice-`, 6 characters of id, 32 of randomness (190 bits), 6 of checksum. */
export function makeClientKey(): string {
  const body = randomBase62(keyIdCharacters + randomCharacters);
  return `${clientKeyPrefix}${body}${checksumOf(body)}`;
}

/** Whether a text can be one of our client keys at all: form and checksum. Lets garbage be refused before any hash. */
export function looksLikeClientKey(text: string): boolean {
  if (!text.startsWith(clientKeyPrefix)) return false;
  const length = clientKeyPrefix.length + keyIdCharacters + randomCharacters + checksumCharacters;
  if (text.length !== length) return false;
  const body = text.slice(clientKeyPrefix.length, -checksumCharacters);
  return clientKeyBody.test(body) && text.endsWith(checksumOf(body));
}

/**
 * Whether a text can be a client key: one of ours by form and checksum, or one that was taken over from another system,
 * of which only the length is known.
 */
export function mayBeClientKey(text: string): boolean {
  return text.startsWith(clientKeyPrefix) ? looksLikeClientKey(text) : text.length >= 8;
}

/** A new bearer token for the management API. */
export function makeAdminToken(): string {
  return `${adminTokenPrefix}${randomBase62(40)}`;
}

/** The secret part of a link that works once. */
export function makeLinkToken(): string {
  return randomBase62(40);
}

/** What may be shown of a secret: `…` and the last four; our own keys keep their prefix. A short secret shows nothing. */
export function previewOf(secret: string): string {
  if (secret.length < 12) return "…";
  const end = secret.slice(-4);
  if (secret.startsWith(clientKeyPrefix)) return `${clientKeyPrefix}…${end}`;
  if (secret.startsWith(adminTokenPrefix)) return `${adminTokenPrefix}…${end}`;
  return `…${end}`;
}

const mask = "[redacted]";
/** Shorter "secrets" (a local server's `x`) would tear holes into ordinary words. */
const shortestRedactedCharacters = 4;
const secretShapes = [
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi,
  /\bsk-[\w-]{8,}/g,
  /\bsluice-admin-\w{8,}/g,
  /\bAIza[\w-]{20,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
];

/** The text without any of the known secrets (plain, JSON-escaped or URL-encoded) and without anything shaped like one. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let out = text;
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortestRedactedCharacters) continue;
    forms.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(encodeURIComponent(secret));
  }
  for (const form of [...forms].sort((a, b) => b.length - a.length)) out = out.replaceAll(form, mask);
  for (const shape of secretShapes) out = out.replace(shape, mask);
  return out;
}
