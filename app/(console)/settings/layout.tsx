import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { settingsSections } from "@/components/settings/sections";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { LinkTabs } from "@/components/ui/tabs";

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations("settings");
  return (
    <PageBody>
      <PageHeader title={t("title")} />
      <LinkTabs
        label={t("sections.label")}
        items={settingsSections.map((section) => ({ href: `/settings/${section}`, label: t(`sections.${section}`) }))}
      />
      <div className="flex max-w-[56rem] flex-col gap-6">{children}</div>
    </PageBody>
  );
}
