"use client";

import { useTranslations } from "next-intl";
import type { InviteWithPath } from "@/lib/schemas/users";
import { useDates } from "../format";
import { RevealDialog } from "../ui/reveal-dialog";
import { useOrigin } from "../use-origin";

/** A link, shown for the only time. */
export function LinkDialog({ link, onDone }: { link: InviteWithPath | null; onDone: () => void }) {
  const t = useTranslations("users");
  const dates = useDates();
  const origin = useOrigin();
  const until = link === null ? "" : dates.dateTime(new Date(link.expiresAt), "instant");
  return (
    <RevealDialog
      secret={link && `${origin}${link.path}`}
      onDone={onDone}
      title={link?.kind === "password" ? t("passwordLinkTitle", { name: link.username ?? "" }) : t("linkTitle")}
      description={t("linkBody", { until })}
      label={t("link")}
      doneLabel={t("linkDone")}
    />
  );
}
