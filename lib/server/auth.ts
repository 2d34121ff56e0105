import type { NextRequest } from "next/server";
import NextAuth, { type AuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import {
  endSession,
  findUserForSignIn,
  isSessionEnded,
  noteSeen,
  readSessionUser,
  type SessionUser,
} from "../db/users.ts";
import { newId } from "../id.ts";
import { logger } from "../logger.ts";
import { sessionSecret } from "../secrets.ts";
import { loginThrottle } from "./login-throttle.ts";
import { verifyPassword } from "./passwords.ts";
import { masterKey } from "./runtime.ts";
import { checkSecondFactor } from "./two-factor.ts";
import { visitorAddress } from "./visitor-address.ts";

/**
 * The only file that knows the auth library. Sessions are its encrypted tokens in an HttpOnly cookie; on top of it:
 * every look at a session asks the database whether it still stands (account enabled, same session version, not
 * signed out), it idles out after an hour and ends after twelve whatever happens.
 */
const idleSeconds = 60 * 60;
const absoluteSeconds = 12 * 60 * 60;

/** What we put into a session token. */
type Claims = {
  /** The account's id. */
  sub: string;
  /** This session's own id, so that signing out ends exactly this one. */
  sid: string;
  /** The account's session version at sign-in. */
  version: number;
  /** Sign-in time, epoch seconds. */
  startedAt: number;
};

type Token = Record<string, unknown> & { sub?: string };

function claimsOf(token: Token | null): Claims | null {
  if (token === null) return null;
  const { sub, sid, version, startedAt } = token;
  if (typeof sub !== "string" || typeof sid !== "string") return null;
  if (typeof version !== "number" || typeof startedAt !== "number") return null;
  return { sub, sid, version, startedAt };
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** The account behind a token while its session stands, else null. */
async function standing(token: Token | null): Promise<SessionUser | null> {
  const claims = claimsOf(token);
  if (claims === null || nowSeconds() - claims.startedAt >= absoluteSeconds) return null;
  const [user, ended] = await Promise.all([readSessionUser(claims.sub), isSessionEnded(claims.sid)]);
  if (user === null || ended || !user.enabled || user.sessionVersion !== claims.version) return null;
  return user;
}

/** Whether the browser's own connection is encrypted, as our front server or the proxy before it says. */
export function isTls(headers: Headers): boolean {
  const forwarded = headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  return forwarded === "https" || (process.env.NEXTAUTH_URL?.startsWith("https://") ?? false);
}

/** `__Host-`: the browser itself refuses the cookie unless it is Secure, for this host only and for every path. */
const sessionCookieName = (tls: boolean) => (tls ? "__Host-next-auth.session-token" : "next-auth.session-token");

/** Recognised by the sign-in form; the number is how many seconds to wait. */
const throttledMessage = (seconds: number) => `throttled:${seconds}`;

function options(tls: boolean): AuthOptions {
  return {
    secret: sessionSecret(masterKey()),
    session: { strategy: "jwt", maxAge: idleSeconds },
    jwt: { maxAge: idleSeconds },
    useSecureCookies: tls,
    cookies: {
      sessionToken: {
        name: sessionCookieName(tls),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: tls },
      },
    },
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { username: {}, password: {}, code: {} },
        async authorize(credentials, request) {
          const { username, password, code } = credentials ?? {};
          if (typeof username !== "string" || typeof password !== "string") return null;
          const address = visitorAddress(new Headers(request.headers as Record<string, string> | undefined));
          const admission = loginThrottle().admit(username, address);
          if (!admission.admitted) throw new Error(throttledMessage(admission.retryAfterSeconds));
          const user = await findUserForSignIn(username);
          const right = await verifyPassword(user?.passwordHash ?? null, password);
          if (user === null || !right || !user.enabled) return null;
          const lacking = await checkSecondFactor(user, code, address);
          if (lacking !== "none") throw new Error(`code_${lacking}`);
          loginThrottle().succeeded(username, address);
          return { id: user.id, name: user.username };
        },
      }),
    ],
    callbacks: {
      async jwt({ token, user }) {
        if (user) {
          const account = await readSessionUser(user.id);
          if (account === null) throw new Error("the account is gone");
          await noteSeen(account.id);
          const claims: Claims = {
            sub: account.id,
            sid: newId("ses"),
            version: account.sessionVersion,
            startedAt: nowSeconds(),
          };
          return claims;
        }
        // Thrown, so that the library drops the cookie instead of renewing it.
        const account = await standing(token);
        if (account === null) throw new Error("the session is over");
        await noteSeen(account.id);
        return token;
      },
      async session({ session, token }) {
        const account = await standing(token);
        return { expires: session.expires, user: { name: account?.username ?? null, role: account?.role ?? null } };
      },
    },
    events: {
      async signOut({ token }) {
        await end(token);
      },
    },
    logger: {
      // The library reports every expired or forged cookie as an error; for us those are ordinary refusals.
      error: (code, metadata) => logger().debug({ code, metadata: describe(metadata) }, "auth library"),
      warn: (code) => logger().debug({ code }, "auth library"),
      debug: () => undefined,
    },
  };
}

const describe = (value: unknown) => (value instanceof Error ? value.message : undefined);

async function end(token: Token | null): Promise<void> {
  const claims = claimsOf(token);
  if (claims) await endSession(claims.sid, (claims.startedAt + absoluteSeconds) * 1_000);
}

async function read(cookieValue: string | undefined): Promise<Token | null> {
  if (!cookieValue || cookieValue.length > 4_096) return null;
  try {
    return await decode({ token: cookieValue, secret: sessionSecret(masterKey()) });
  } catch {
    return null;
  }
}

/** The account of a request's session cookie, or null. `cookie` looks a cookie up by name. */
export async function accountOfCookies(
  headers: Headers,
  cookie: (name: string) => string | undefined,
): Promise<SessionUser | null> {
  return standing(await read(cookie(sessionCookieName(isTls(headers)))));
}

const maxBodyBytes = 16_384;

/** The library reads a body whole; this refuses one that no sign-in needs. */
async function boundedBody(request: NextRequest): Promise<string | null> {
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const plain = (status: number) => new Response(null, { status, headers: { "cache-control": "no-store" } });

/** Serves the library's routes under /api/auth. */
export async function handleAuth(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const { nextauth: path } = await context.params;
  // A log that anybody may write to is of no use to us.
  if (path[0] === "_log") return plain(404);
  // Without a configured address the library takes the one the browser asked for, which our front server passes on.
  process.env.AUTH_TRUST_HOST ??= "1";

  const body = request.method === "POST" ? await boundedBody(request) : undefined;
  if (body === null) return plain(413);
  const tls = isTls(request.headers);
  const before = await read(request.cookies.get(sessionCookieName(tls))?.value);
  const RequestClass = request.constructor as typeof NextRequest;
  const passed =
    body === undefined
      ? request
      : new RequestClass(request.url, { method: "POST", headers: request.headers, body: body === "" ? null : body });
  const response: Response = await NextAuth(passed, context, options(tls));
  const signedIn =
    path[0] === "callback" &&
    response.headers.getSetCookie().some((cookie) => cookie.startsWith(`${sessionCookieName(tls)}=`));
  // Whoever knew the old cookie must not share the new session, nor keep the old one.
  if (signedIn) await end(before);
  response.headers.set("cache-control", "no-store");
  return asTooMany(response);
}

/** The library answers 401 to everything an authorisation throws; a refusal to even try is 429. */
async function asTooMany(response: Response): Promise<Response> {
  if (response.status !== 401) return response;
  const text = await response.text();
  const seconds = /[?&]error=throttled(?::|%3A)(\d+)/.exec(text)?.[1];
  const headers = new Headers(response.headers);
  if (seconds !== undefined) headers.set("retry-after", seconds);
  return new Response(text, { status: seconds === undefined ? 401 : 429, headers });
}
