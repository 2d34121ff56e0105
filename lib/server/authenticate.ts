import { acceptAdminToken } from "../db/tokens.ts";
import { hasUsers } from "../db/users.ts";
import { SluiceError } from "../errors.ts";
import { permissionsOf } from "../schemas/roles.ts";
import { hashAdminToken, sameSecret } from "../secrets.ts";
import { accountOfCookies } from "./auth.ts";
import { type Caller, callerWith } from "./caller.ts";
import { requireSameOrigin } from "./csrf.ts";
import { environment, masterKey } from "./runtime.ts";
import { visitorAddress } from "./visitor-address.ts";

/** A cookie as it was sent. Session tokens need no decoding. */
export function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

async function callerOfToken(token: string, ip: string | null): Promise<Caller | null> {
  const fromEnvironment = environment().adminApiToken;
  if (fromEnvironment && sameSecret(token, fromEnvironment)) {
    return callerWith({ type: "token", id: null, name: "ADMIN_API_TOKEN", ip }, "owner");
  }
  const known = await acceptAdminToken(hashAdminToken(masterKey(), token));
  return known && callerWith({ type: "token", id: known.id, name: known.name, ip }, known.role);
}

/**
 * Who sends a management request: an admin token, else a console session (with proof of origin on every change).
 * @throws SluiceError `unauthorized`, `csrf`, or `setup_required` while nobody could sign in anyway.
 */
export async function authenticate(request: Request): Promise<Caller> {
  const ip = visitorAddress(request.headers);
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization")?.trim() ?? "")?.[1];
  if (bearer !== undefined) {
    const caller = await callerOfToken(bearer, ip);
    if (caller) return caller;
  } else if (!request.headers.has("authorization")) {
    const user = await accountOfCookies(request.headers, (name) => cookieOf(request, name));
    if (user) {
      if (request.method !== "GET" && request.method !== "HEAD") requireSameOrigin(request);
      const granted = permissionsOf(user.role, user.readsBodies);
      return callerWith({ type: "user", id: user.id, name: user.username, ip }, user.role, {
        timeZone: user.timeZone,
        granted,
      });
    }
  }
  if (environment().adminApiToken === null && !(await hasUsers())) {
    throw new SluiceError("setup_required", "Open /setup in a browser and create the first account.");
  }
  throw new SluiceError("unauthorized", "Sign in, or send an admin token as Authorization: Bearer.", {
    headers: { "www-authenticate": "Bearer" },
  });
}
