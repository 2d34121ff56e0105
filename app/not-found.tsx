import { Compass } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default async function NotFound() {
  const t = await getTranslations("errors");
  return (
    <main className="flex min-h-[70dvh] items-center justify-center">
      <EmptyState
        icon={Compass}
        title={t("notFoundTitle")}
        action={<ButtonLink href="/">{t("backToOverview")}</ButtonLink>}
      >
        {t("notFoundBody")}
      </EmptyState>
    </main>
  );
}
