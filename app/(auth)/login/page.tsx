import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { Card } from "@/components/ui/card";
import { hasUsers } from "@/lib/db/users";
import { safeNextPath } from "@/lib/server/next-path";
import { currentSession } from "@/lib/server/session";
import { LoginForm } from "./login-form";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("login");
  return { title: t("title") };
}

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function LoginPage({ searchParams }: { searchParams: SearchParams }) {
  const [session, query, t] = await Promise.all([currentSession(), searchParams, getTranslations("login")]);
  const next = safeNextPath(query.next);
  if (session !== null) redirect(next);
  if (!(await hasUsers())) redirect("/setup");
  const note = query.changed === "1" ? "passwordChanged" : next === "/" ? null : "ended";
  return (
    <Card className="p-2">
      <h1 className="text-title">{t("title")}</h1>
      {note && <p className="mt-1 text-body text-muted-foreground">{t(note)}</p>}
      <Messages namespaces={["login"]}>
        <LoginForm next={next} />
      </Messages>
    </Card>
  );
}
