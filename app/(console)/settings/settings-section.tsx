import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Messages } from "@/components/messages";
import { settingsPages } from "@/components/settings/fields";
import { SettingsCard } from "@/components/settings/settings-card";
import { SettingsHistory } from "@/components/settings/settings-history";
import { getSettings } from "@/lib/db/settings";
import { callerWith } from "@/lib/server/caller";
import { requireSession } from "@/lib/server/session";

/** One page of settings: its cards with the values of now. */
export async function SettingsSection({
  section,
  children,
}: {
  section: keyof typeof settingsPages;
  /** Cards of other kinds, after those of the settings. */
  children?: ReactNode;
}) {
  const session = await requireSession(`/settings/${section}`);
  const [settings, t] = await Promise.all([getSettings(), getTranslations("settings")]);
  const actor = { type: "user" as const, id: session.userId, name: session.username, ip: null };
  const canEdit = callerWith(actor, session.role).may("admin");
  return (
    <Messages namespaces={["settings", "changes"]}>
      {!canEdit && <p className="text-body text-muted-foreground">{t("readOnly")}</p>}
      {settingsPages[section].map((card) => (
        <SettingsCard key={card.card} {...card} settings={settings} canEdit={canEdit} />
      ))}
      {children}
      <SettingsHistory version={settings.version} />
    </Messages>
  );
}
