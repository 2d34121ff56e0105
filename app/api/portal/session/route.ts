import { PortalSignIn } from "@/lib/schemas/portal";
import { cookieOf } from "@/lib/server/authenticate";
import { portalDoor } from "@/lib/server/portal-route";
import { signInHolder, signOutHolder } from "@/lib/server/portal-session";

export const POST = portalDoor({
  summary: "Sign in with an API key; the session is a cookie",
  body: PortalSignIn,
  bodyBytes: 4_096,
  status: 204,
  handler: async ({ request, body }) => {
    const cookie = await signInHolder(request.headers, body.key);
    return new Response(null, { status: 204, headers: { "set-cookie": cookie } });
  },
});

export const DELETE = portalDoor({
  summary: "Sign out",
  handler: async ({ request }) => {
    const cookie = await signOutHolder(request.headers, (name) => cookieOf(request, name));
    return new Response(null, { status: 204, headers: { "set-cookie": cookie } });
  },
});
