"use client";

import { browserTimeZoneCookie } from "@/lib/i18n/time-zone";
import { setPreferenceCookie } from "./preferences";

/** What came of a sign-in. `throttled` says after how many seconds another try is accepted; the `code` is the second factor. */
export type SignInResult =
  | { ok: true }
  | { ok: false; reason: "refused" | "code_needed" | "code_wrong" }
  | { ok: false; reason: "throttled"; seconds: number };

async function csrfToken(): Promise<string> {
  const response = await fetch("/api/auth/csrf", { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(`no csrf token: ${response.status}`);
  const { csrfToken: token } = (await response.json()) as { csrfToken: string };
  return token;
}

async function post(path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...fields, csrfToken: await csrfToken(), json: "true" }),
  });
}

/** Signs in through the auth library's credentials route. Throws when the server cannot be reached. */
export async function signIn(username: string, password: string, code?: string): Promise<SignInResult> {
  rememberBrowserTimeZone();
  const response = await post("/api/auth/callback/credentials", {
    ...{ username, password, callbackUrl: "/" },
    ...(code !== undefined && { code }),
  });
  const answer = (await response.json().catch(() => ({}))) as { url?: string };
  const error = new URL(answer.url ?? "/", window.location.origin).searchParams.get("error");
  if (response.ok && error === null) return { ok: true };
  const throttled = /^throttled:(\d+)$/.exec(error ?? "");
  if (throttled) return { ok: false, reason: "throttled", seconds: Number(throttled[1]) };
  if (error === "code_needed" || error === "code_wrong") return { ok: false, reason: error };
  if (response.status >= 500) throw new Error(`sign-in failed: ${response.status}`);
  return { ok: false, reason: "refused" };
}

/** Ends this session, on the server too, and leaves every page of the console behind. */
export async function signOut(): Promise<void> {
  await post("/api/auth/signout", { callbackUrl: "/login" });
  window.location.assign("/login");
}

/** Tells the server which zone to show times in until one is chosen. */
export function rememberBrowserTimeZone(): void {
  setPreferenceCookie(browserTimeZoneCookie, Intl.DateTimeFormat().resolvedOptions().timeZone);
}
