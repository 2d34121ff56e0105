import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "@/components/no-permission";
import { SignOutButton } from "@/components/shell/sign-out-button";
import { refusalOf } from "@/lib/server/grantors";
import { currentSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("login");
  return { title: t("title") };
}

/** For who is signed in with a role that sees nothing of the console. */
export default async function NoAccessPage() {
  const session = await currentSession();
  if (session === null) redirect("/login");
  const refusal = await refusalOf(session, "read");
  if (refusal === null) redirect("/");
  return <NoPermission {...refusal} action={<SignOutButton />} />;
}
