import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { Card } from "@/components/ui/card";
import { portalVisitor } from "@/lib/server/portal-visitor";
import { PortalLoginForm } from "./portal-login-form";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("portal.login");
  return { title: t("title") };
}

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function PortalLoginPage({ searchParams }: { searchParams: SearchParams }) {
  const [holder, query, t] = await Promise.all([portalVisitor(), searchParams, getTranslations("portal.login")]);
  if (holder !== null) redirect("/portal");
  return (
    <Card className="p-2">
      <h1 className="text-title">{t("title")}</h1>
      <p className="mt-1 text-body text-muted-foreground">{t(query.ended === "1" ? "ended" : "intro")}</p>
      <Messages namespaces={["login", "portal"]}>
        <PortalLoginForm />
      </Messages>
    </Card>
  );
}
