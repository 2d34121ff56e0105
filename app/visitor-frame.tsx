import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Logo } from "@/components/shell/logo";
import { LanguageMenu, ThemeMenu } from "@/components/shell/preference-menus";
import { instance } from "@/lib/server/instance";
import { parseTheme, themeCookie } from "@/lib/theme";

/** The frame of pages for people without an account: whose page it is, how it looks, and what else stands at its end. */
export async function VisitorFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const [{ name }, cookieStore, t] = await Promise.all([instance(), cookies(), getTranslations("common")]);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="-translate-y-16 fixed top-2 left-2 z-50 rounded-control bg-primary px-3 py-2 text-primary-foreground focus:translate-y-0"
      >
        {t("skipToContent")}
      </a>
      <header className="flex h-14 items-center gap-1 border-b px-4 md:px-6">
        <Logo className="shrink-0" />
        <span className="ms-1.5 min-w-0 truncate font-semibold text-heading">{name}</span>
        <span className="ms-auto" />
        <ThemeMenu theme={parseTheme(cookieStore.get(themeCookie)?.value)} />
        <LanguageMenu remember={false} />
        {actions}
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        {children}
      </main>
    </div>
  );
}
