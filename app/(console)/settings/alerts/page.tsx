import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { NoPermission } from "@/components/no-permission";
import { AlertsView } from "@/components/settings/alerts/alerts-view";
import { readSettings } from "@/lib/db/settings";
import { showAlerts } from "@/lib/server/alerts/alert-settings";
import { refusalOf } from "@/lib/server/grantors";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.alerts")} · ${t("title")}` };
}

export default async function AlertsPage() {
  const refusal = await refusalOf(await requireSession("/settings/alerts"), "admin");
  if (refusal !== null) return <NoPermission {...refusal} />;
  const [alerts, { defaultTimeZone }] = await Promise.all([showAlerts(), readSettings()]);
  return (
    <Messages namespaces={["settings"]}>
      <AlertsView initial={alerts} timeZone={defaultTimeZone} />
    </Messages>
  );
}
