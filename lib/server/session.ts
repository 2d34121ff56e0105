import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { hasUsers, type SessionUser } from "../db/users.ts";
import { type Permission, permissionsOf, type Role } from "../schemas/roles.ts";
import { accountOfCookies } from "./auth.ts";
import { safeNextPath } from "./next-path.ts";

/** Who is signed in. */
export type ConsoleSession = {
  userId: string;
  username: string;
  role: Role;
  permissions: readonly Permission[];
  locale: string | null;
  timeZone: string | null;
};

/** One look at the database per request, however many components ask. */
const readSession = cache(async (): Promise<ConsoleSession | null> => {
  const [cookieStore, headerStore] = await Promise.all([cookies(), headers()]);
  return sessionOf(await accountOfCookies(headerStore, (name) => cookieStore.get(name)?.value));
});

function sessionOf(user: SessionUser | null): ConsoleSession | null {
  if (user === null) return null;
  const { id: userId, username, role, readsBodies, locale, timeZone } = user;
  return { userId, username, role, permissions: permissionsOf(role, readsBodies), locale, timeZone };
}

/**
 * The session of the request being served, checked against the database; null without one. Route handlers may pass
 * their request; pages have none.
 */
export async function currentSession(request?: Request): Promise<ConsoleSession | null> {
  if (request === undefined) return readSession();
  const sent = cookiesOf(request.headers.get("cookie"));
  return sessionOf(await accountOfCookies(request.headers, (name) => sent.get(name)));
}

/** A Cookie header (RFC 6265 §5.4) by name; the first of a name wins. */
function cookiesOf(header: string | null): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of header?.split(";") ?? []) {
    const [name = "", ...rest] = pair.split("=");
    if (!found.has(name.trim())) found.set(name.trim(), rest.join("=").trim());
  }
  return found;
}

/**
 * For pages: the session of somebody who may read, or a redirect to set-up (nobody can sign in yet), to sign-in, or to
 * where it says that the role sees nothing here. `next` is the page to come back to; without it, and when it is the
 * page being asked for (as proxy.ts notes it), exactly that address with its filters.
 */
export async function requireSession(next?: string): Promise<ConsoleSession> {
  const session = await readSession();
  // A role that may not read has no page here; layouts do not render again on every navigation, so each page asks.
  if (session !== null && !session.permissions.includes("read")) redirect("/no-access");
  if (session !== null) return session;
  if (!(await hasUsers())) redirect("/setup");
  const asked = (await headers()).get("x-page-path");
  const path = safeNextPath(next === undefined || asked?.split("?")[0] === next ? asked : next);
  redirect(path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`);
}
