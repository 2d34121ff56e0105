import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { instance } from "@/lib/server/instance";
import { openInvite } from "@/lib/server/users";
import { InviteForm } from "./invite-form";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("invite");
  return { title: t("pageTitle"), robots: { index: false } };
}

/** Where the link of an invitation leads: an account is made, or one gets a new password. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [invite, t, roles, login, { name }] = await Promise.all([
    openInvite(token),
    getTranslations("invite"),
    getTranslations("common.role"),
    getTranslations("login"),
    instance(),
  ]);
  if (invite === null)
    return (
      <Card className="p-2">
        <h1 className="text-title">{t("overTitle")}</h1>
        <p className="mt-1 text-body text-muted-foreground">{t("overBody")}</p>
        <ButtonLink href="/login" className="mt-5">
          {login("submit")}
        </ButtonLink>
      </Card>
    );
  return (
    <Card className="p-2">
      <h1 className="text-title">
        {invite.kind === "password" ? t("passwordTitle") : t("accountTitle", { instance: name })}
      </h1>
      <p className="mt-1 text-body text-muted-foreground">
        {invite.kind === "password"
          ? t("passwordBody", { username: invite.username ?? "" })
          : t("accountBody", { inviter: invite.createdBy, role: roles(invite.role) })}
      </p>
      <Messages namespaces={["invite", "setup"]}>
        <InviteForm token={token} kind={invite.kind} suggested={invite.username ?? ""} />
      </Messages>
    </Card>
  );
}
