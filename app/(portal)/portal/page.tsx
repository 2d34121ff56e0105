import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { PortalView } from "@/components/portal/portal-view";
import { portalCalls, portalKey, portalModels, portalUsage } from "@/lib/server/portal";
import { requireHolder } from "@/lib/server/portal-visitor";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("portal");
  return { title: t("title") };
}

export default async function PortalPage() {
  const holder = await requireHolder();
  const [key, models, usage, calls] = await Promise.all([
    portalKey(holder),
    portalModels(holder),
    portalUsage(holder),
    portalCalls(holder, {}),
  ]);
  return (
    <Messages namespaces={["portal", "keys", "calls", "logs", "overview"]}>
      <PortalView initial={{ key, models, usage, calls }} />
    </Messages>
  );
}
