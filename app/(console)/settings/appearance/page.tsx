import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { AppearanceCard } from "@/components/settings/appearance-card";
import { isTimeZone, timeZoneCookie } from "@/lib/i18n/time-zone";
import { requireSession } from "@/lib/server/session";
import { parseAppearance } from "@/lib/theme";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.appearance")} · ${t("title")}` };
}

export default async function AppearanceSettingsPage() {
  const session = await requireSession("/settings/appearance");
  const cookieStore = await cookies();
  const chosenZone = cookieStore.get(timeZoneCookie)?.value ?? session.timeZone;
  return (
    <Messages namespaces={["settings"]}>
      <AppearanceCard
        appearance={parseAppearance((name) => cookieStore.get(name)?.value)}
        timeZone={isTimeZone(chosenZone) ? chosenZone : null}
      />
    </Messages>
  );
}
