import { ArrowUpRight } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

/** A link to a page of somebody else, in a new tab, which is told neither where one comes from nor who opened it. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  const t = useTranslations("common");
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-0.5 rounded-xs font-medium text-primary underline-offset-4 hover:underline"
    >
      {children}
      <ArrowUpRight aria-hidden className="size-3.5 shrink-0" strokeWidth={1.75} />
      <span className="sr-only">{t("newTab")}</span>
    </a>
  );
}
