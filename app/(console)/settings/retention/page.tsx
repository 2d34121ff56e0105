import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SettingsSection } from "../settings-section";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.retention")} · ${t("title")}` };
}

export default function RetentionSettingsPage() {
  return <SettingsSection section="retention" />;
}
