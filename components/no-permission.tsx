import { Lock } from "lucide-react";
import { getFormatter, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import type { Role } from "@/lib/schemas/roles";
import { ButtonLink } from "./ui/button";
import { EmptyState } from "./ui/empty-state";

/** In place of a page that one's role may not open: which role it needs, and who can grant it. */
export async function NoPermission({
  needed,
  own,
  grantors,
  action,
}: {
  needed: Role;
  own: Role;
  grantors: readonly string[];
  /** What to do from here. Default: back to the overview. */
  action?: ReactNode;
}) {
  const [t, tCommon, format] = await Promise.all([
    getTranslations("errors"),
    getTranslations("common"),
    getFormatter(),
  ]);
  const ownRole = tCommon(`role.${own}`);
  return (
    <div className="flex min-h-[60dvh] items-center justify-center">
      <EmptyState
        icon={Lock}
        title={t("noPermissionTitle", { role: tCommon(`role.${needed}`) })}
        action={action ?? <ButtonLink href="/">{t("backToOverview")}</ButtonLink>}
      >
        {grantors.length > 0
          ? t("noPermissionBodyAsk", { own: ownRole, names: format.list(grantors, { type: "disjunction" }) })
          : t("noPermissionBody", { own: ownRole })}
      </EmptyState>
    </div>
  );
}
