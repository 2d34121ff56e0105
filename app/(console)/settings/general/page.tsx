import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { DemoSettingsCard } from "@/components/setup/demo-settings-card";
import { setupCookie, setupHiddenValue } from "@/components/setup/setup-cookie";
import { demoView } from "@/lib/server/demo";
import { requireSession } from "@/lib/server/session";
import { SettingsSection } from "../settings-section";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.general")} · ${t("title")}` };
}

export default async function GeneralSettingsPage() {
  await requireSession("/settings/general");
  const [demo, cookieStore] = await Promise.all([demoView(), cookies()]);
  return (
    <SettingsSection section="general">
      <Messages namespaces={["demo"]}>
        <DemoSettingsCard initial={demo} setupHidden={cookieStore.get(setupCookie)?.value === setupHiddenValue} />
      </Messages>
    </SettingsSection>
  );
}
