import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Messages } from "@/components/messages";
import { Logo } from "@/components/shell/logo";
import { LanguageMenu, ThemeMenu } from "@/components/shell/preference-menus";
import { instance } from "@/lib/server/instance";
import { parseTheme, themeCookie } from "@/lib/theme";

export default async function PublicLayout({ children }: { children: ReactNode }) {
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
        <Messages>
          <ThemeMenu theme={parseTheme(cookieStore.get(themeCookie)?.value)} />
          <LanguageMenu remember={false} />
        </Messages>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        {children}
      </main>
    </div>
  );
}
