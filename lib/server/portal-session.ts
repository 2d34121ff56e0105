import { type HolderKey, keyOfSecret } from "../db/portal.ts";
import { readSettings } from "../db/settings.ts";
import { endSession, isSessionEnded } from "../db/users.ts";
import { isSluiceError, SluiceError } from "../errors.ts";
import { checkClientAddress, keyProblem } from "../gateway/client-auth.ts";
import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import { hashClientKey, mayBeClientKey, openSecret, sealSecret } from "../secrets.ts";
import { isTls } from "./auth.ts";
import { loginThrottle } from "./login-throttle.ts";
import { masterKey } from "./runtime.ts";
import { holderAddress, visitorAddress } from "./visitor-address.ts";

/**
 * Sessions of key holders. Apart from the console's: another cookie, another seal, no account. The cookie holds no key,
 * only which secret signed in; every look at it asks the database whether that secret still stands.
 */
const lifetimeSeconds = 12 * 60 * 60;

/** Who is signed in to the portal. */
export type Holder = { key: HolderKey; actor: Actor };

type Claims = {
  /** Hash of the secret that signed in, so that a rotation ends the sessions of the old one with it. */
  secret: string;
  /** This session's own id, so that signing out ends exactly this one. */
  sid: string;
  /** Epoch ms. */
  startedAt: number;
};

const seal = { table: "PortalSession", row: "", origin: "" };

/** `__Host-`: the browser itself refuses the cookie unless it is Secure, for this host only and for every path. */
const cookieName = (headers: Headers) => (isTls(headers) ? "__Host-sluice-portal" : "sluice-portal");

function cookieHeader(headers: Headers, value: string, maxAge: number): string {
  const secure = isTls(headers) ? "; Secure" : "";
  return `${cookieName(headers)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
}

function claimsOf(value: string | undefined): Claims | null {
  if (!value || value.length > 1_000) return null;
  try {
    return JSON.parse(openSecret(masterKey(), value, seal)) as Claims;
  } catch {
    return null;
  }
}

/** @throws SluiceError `not_found` while the portal is closed, as if it did not exist */
export async function requirePortalOpen(): Promise<void> {
  if (!(await isPortalOpen())) throw new SluiceError("not_found", "There is no such route.");
}

export async function isPortalOpen(): Promise<boolean> {
  return (await readSettings()).portalEnabled;
}

/** @throws SluiceError when the key may not be used (any more), or not from here */
function requireUsable(key: HolderKey, headers: Headers): void {
  const problem = keyProblem(key, key.validUntil, Date.now());
  if (problem) throw problem;
  checkClientAddress(key, holderAddress(headers));
}

const holderOf = (key: HolderKey, ip: string | null): Holder => ({
  key,
  actor: { type: "key", id: key.id, name: key.name, ip },
});

/** The holder of a session cookie while session and key stand, else null. `cookie` looks a cookie up by name. */
export async function holderOfCookies(
  headers: Headers,
  cookie: (name: string) => string | undefined,
): Promise<Holder | null> {
  const claims = claimsOf(cookie(cookieName(headers)));
  if (claims === null || Date.now() - claims.startedAt >= lifetimeSeconds * 1_000) return null;
  const [key, ended] = await Promise.all([keyOfSecret(claims.secret), isSessionEnded(claims.sid)]);
  if (key === null || ended) return null;
  try {
    requireUsable(key, headers);
  } catch (error) {
    if (isSluiceError(error)) return null;
    throw error;
  }
  return holderOf(key, visitorAddress(headers));
}

/**
 * Exchanges a key for a session. Returns the value of `set-cookie`.
 * @throws SluiceError `rate_limit_exceeded`, `invalid_api_key`, `api_key_revoked`, `api_key_expired`, `ip_not_allowed`
 */
export async function signInHolder(headers: Headers, text: string): Promise<string> {
  const ip = visitorAddress(headers);
  const admission = loginThrottle().admit("portal", ip);
  if (!admission.admitted) {
    throw new SluiceError("rate_limit_exceeded", "Too many tries. Wait before the next one.", {
      retryAfterSeconds: admission.retryAfterSeconds,
    });
  }
  const secret = hashClientKey(masterKey(), text);
  const key = mayBeClientKey(text) ? await keyOfSecret(secret) : null;
  if (key === null) throw new SluiceError("invalid_api_key", "The API key is not valid.");
  requireUsable(key, headers);
  loginThrottle().succeeded("portal", ip);
  const claims: Claims = { secret, sid: newId("ses"), startedAt: Date.now() };
  return cookieHeader(headers, sealSecret(masterKey(), JSON.stringify(claims), seal), lifetimeSeconds);
}

/** Ends the session of a cookie, on the server too. Returns the value of `set-cookie` that takes the cookie away. */
export async function signOutHolder(headers: Headers, cookie: (name: string) => string | undefined): Promise<string> {
  const claims = claimsOf(cookie(cookieName(headers)));
  if (claims) await endSession(claims.sid, claims.startedAt + lifetimeSeconds * 1_000);
  return cookieHeader(headers, "", 0);
}
