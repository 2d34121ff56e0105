import { type NextRequest, NextResponse } from "next/server";

/**
 * The content security policy of a page. Authorisation is not here: every page and handler checks its own session.
 *
 * - Scripts run only with this request's nonce (and what those scripts load).
 * - Style *elements* need the nonce too. Style *attributes* are allowed, because server-rendered React positions
 *   (widths of bars, sizes of panels) are attributes; they cannot load or run anything.
 * - No image, frame, font or connection may leave this origin, so model output cannot call out even if it were
 *   ever rendered as markup.
 */
function contentSecurityPolicy(nonce: string, { development, tls }: { development: boolean; tls: boolean }): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(tls ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const tls =
    request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https" ||
    (process.env.NEXTAUTH_URL?.startsWith("https://") ?? false);
  const policy = contentSecurityPolicy(nonce, { development: process.env.NODE_ENV === "development", tls });

  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  // For coming back after sign-in: a layout does not know which page it is around.
  headers.set("x-page-path", `${request.nextUrl.pathname}${request.nextUrl.search}`);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("cache-control", "no-store");
  if (tls) response.headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
  return response;
}

export const config = {
  matcher: ["/((?!api/|v1/|v1beta/|_next/static|_next/image|favicon.ico|icon.svg|health$|admin/|metrics$).*)"],
};
