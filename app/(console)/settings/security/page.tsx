import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { PasswordCard } from "@/components/settings/password-card";
import { SessionsCard } from "@/components/settings/sessions-card";
import { TokensCard } from "@/components/settings/tokens-card";
import { TwoFactorCard } from "@/components/settings/two-factor-card";
import { listTokens } from "@/lib/db/tokens";
import { readTwoFactor } from "@/lib/db/two-factor";
import { requireSession } from "@/lib/server/session";
import { SettingsSection } from "../settings-section";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.security")} · ${t("title")}` };
}

export default async function SecurityPage() {
  const session = await requireSession("/settings/security");
  const [tokens, second] = await Promise.all([
    session.role === "owner" ? listTokens({}) : null,
    readTwoFactor(session.userId),
  ]);
  return (
    <Messages namespaces={["settings", "setup"]}>
      <SessionsCard username={session.username} role={session.role} />
      <PasswordCard username={session.username} />
      <TwoFactorCard
        initial={{ since: second.since?.toISOString() ?? null, recoveryCodesLeft: second.recoveryCodes.length }}
      />
      <TokensCard initial={tokens} />
      <SettingsSection section="security" />
    </Messages>
  );
}
