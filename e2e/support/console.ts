import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";

export const locales = ["en", "zh-CN", "zh-TW", "ja", "ko"] as const;
export type Locale = (typeof locales)[number];
export const themes = ["light", "dark"] as const;

/** Every page of the console that needs no id. */
export const pages = [
  "/",
  "/logs",
  "/usage",
  "/status",
  "/groups",
  "/providers",
  "/providers/import",
  "/models",
  "/fail-keywords",
  "/keys",
  "/users",
  "/playground",
  "/quickstart",
  "/audit",
  "/settings/general",
  "/settings/routing",
  "/settings/retention",
  "/settings/alerts",
  "/settings/import",
  "/settings/security",
  "/settings/appearance",
  "/settings/about",
] as const;

/** Signs in over HTTP, as the sign-in page does, so that a journey starts where it is about. */
export async function signIn(
  request: APIRequestContext,
  account = { username: process.env.SLUICE_USERNAME ?? "", password: process.env.SLUICE_PASSWORD ?? "" },
): Promise<void> {
  // The first page of a server that has just started takes its time on a busy machine.
  const first = await request.get("/api/auth/csrf", { timeout: 30_000 });
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const form = { ...account, csrfToken, callbackUrl: "/", json: "true" };
  const answer = await request.post("/api/auth/callback/credentials", { form });
  const { url } = (await answer.json()) as { url: string };
  if (!answer.ok() || url.includes("error=")) throw new Error(`sign-in failed: ${answer.status()} ${url}`);
}

/** The reader's language and theme, kept in cookies. */
export async function prefer(
  context: BrowserContext,
  baseURL: string,
  { locale, theme }: { locale: Locale; theme?: (typeof themes)[number] },
): Promise<void> {
  await context.addCookies([
    { name: "locale", value: locale, url: baseURL },
    ...(theme ? [{ name: "theme", value: theme, url: baseURL }] : []),
  ]);
}

/** Collects what a page complains about: script errors, refused resources, missing messages. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") found.push(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !response.url().includes("/api/v1/"))
      found.push(`${response.status()} ${response.url()}`);
  });
  return found;
}

/** A request to the management API with the journeys' admin token. @throws unless it is answered with success */
export async function adminSend<Answer>(
  request: APIRequestContext,
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  data?: unknown,
): Promise<Answer> {
  const answer = await request.fetch(`/api/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` },
    ...(data !== undefined && { data }),
    // As for signing in: the first request of its kind takes its time on a busy machine.
    timeout: 30_000,
  });
  const text = await answer.text();
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as Answer;
}

/** A POST to it. */
export const adminPost = <Answer>(request: APIRequestContext, path: string, data: unknown): Promise<Answer> =>
  adminSend(request, "POST", path, data);
