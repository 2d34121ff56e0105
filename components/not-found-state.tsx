import { Compass } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "./ui/button";
import { EmptyState } from "./ui/empty-state";

/** What stands in place of a page that does not exist, or whose object was deleted. */
export async function NotFoundState() {
  const t = await getTranslations("errors");
  return (
    <EmptyState
      icon={Compass}
      title={t("notFoundTitle")}
      action={<ButtonLink href="/">{t("backToOverview")}</ButtonLink>}
    >
      {t("notFoundBody")}
    </EmptyState>
  );
}
