import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ExportCard } from "@/components/config-import/export-card";
import { ImportCard } from "@/components/config-import/import-card";
import { ProviderFileCard } from "@/components/config-import/provider-file-card";
import { Messages } from "@/components/messages";
import { callerWith } from "@/lib/server/caller";
import { importOverview } from "@/lib/server/config-import";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.import")} · ${t("title")}` };
}

export default async function ImportSettingsPage() {
  const session = await requireSession("/settings/import");
  const [overview, t] = await Promise.all([importOverview(), getTranslations("settings")]);
  const actor = { type: "user" as const, id: session.userId, name: session.username, ip: null };
  const canEdit = callerWith(actor, session.role).may("admin");
  return (
    <Messages namespaces={["settings", "configImport", "modelImport"]}>
      {!canEdit && <p className="text-body text-muted-foreground">{t("readOnly")}</p>}
      {canEdit && <ImportCard formats={overview.formats} />}
      {canEdit && <ExportCard />}
      <ProviderFileCard initial={overview} canEdit={canEdit} />
    </Messages>
  );
}
