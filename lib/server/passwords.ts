import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { isCommonPassword } from "../schemas/common-passwords.ts";
import { minPasswordCharacters } from "../schemas/password-rules.ts";

/** argon2id as OWASP's password storage sheet asks for at least: 19 MiB, two passes, one lane. */
const cost = { memoryKib: 19_456, passes: 2, lanes: 1, hashBytes: 32, saltBytes: 16 };

/** In bytes of UTF-8. Longer ones are refused, never cut. */
export const maxPasswordBytes = 1_024;

export type PasswordProblem = "too_short" | "too_long" | "nul" | "common" | "like_username";

function derive(
  password: string,
  options: Pick<Argon2Parameters, "nonce" | "memory" | "passes" | "parallelism" | "tagLength">,
) {
  return new Promise<Buffer>((resolve, reject) => {
    argon2("argon2id", { ...options, message: Buffer.from(password.normalize("NFC"), "utf8") }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** The PHC string of a password: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. The cost travels with it, so it can grow. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(cost.saltBytes);
  const hash = await derive(password, {
    nonce: salt,
    memory: cost.memoryKib,
    passes: cost.passes,
    parallelism: cost.lanes,
    tagLength: cost.hashBytes,
  });
  const text = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$${text(salt)}$${text(hash)}`;
}

const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Verified when there is no such account, so that an unknown name costs the same time as a known one. */
const nobody = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Whether the password is the one behind the stored hash. `null` (no such account) takes as long and is always false.
 * Texts over the byte limit and texts with NUL are false without any work.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  if (Buffer.byteLength(password) > maxPasswordBytes || password.includes("\0")) return false;
  const [, memory, passes, lanes, salt, hash] = phc.exec(stored ?? nobody) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64");
  const actual = await derive(password, {
    nonce: Buffer.from(salt, "base64"),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(lanes),
    tagLength: expected.length,
  });
  return timingSafeEqual(actual, expected) && stored !== null;
}

/** Why a new password is refused, or null. Composed of length and commonness only: no rules about character classes. */
export function passwordProblem(
  password: string,
  { username, minCharacters = minPasswordCharacters }: { username: string; minCharacters?: number },
): PasswordProblem | null {
  if (password.includes("\0")) return "nul";
  if (Buffer.byteLength(password) > maxPasswordBytes) return "too_long";
  if ([...password].length < minCharacters) return "too_short";
  const name = username.trim().toLowerCase();
  if (name !== "" && password.toLowerCase().replaceAll(name, "").length <= 3) return "like_username";
  return isCommonPassword(password) ? "common" : null;
}
