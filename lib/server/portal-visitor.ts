import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { type Holder, holderOfCookies, isPortalOpen } from "./portal-session.ts";

/** For pages of the portal: who is signed in, null = nobody. A closed portal is a page that does not exist. */
export async function portalVisitor(): Promise<Holder | null> {
  if (!(await isPortalOpen())) notFound();
  const [cookieStore, headerStore] = await Promise.all([cookies(), headers()]);
  return holderOfCookies(headerStore, (name) => cookieStore.get(name)?.value);
}

/** The same, for pages that need somebody: without a session it leads to sign-in. */
export async function requireHolder(): Promise<Holder> {
  return (await portalVisitor()) ?? redirect("/portal/login");
}
