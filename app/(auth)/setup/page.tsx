import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { hasUsers } from "@/lib/db/users";
import { SetupForm } from "./setup-form";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("setup");
  return { title: t("title") };
}

export default async function SetupPage() {
  const [done, t, login] = await Promise.all([hasUsers(), getTranslations("setup"), getTranslations("login")]);
  return (
    <Card className="p-2">
      <h1 className="text-title">{done ? t("doneTitle") : t("title")}</h1>
      <p className="mt-1 text-body text-muted-foreground">{done ? t("doneBody") : t("intro")}</p>
      {done ? (
        <ButtonLink href="/login" variant="primary" className="mt-5">
          {login("submit")}
        </ButtonLink>
      ) : (
        <Messages namespaces={["setup"]}>
          <SetupForm />
        </Messages>
      )}
    </Card>
  );
}
