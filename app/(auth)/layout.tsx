import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Logo } from "@/components/shell/logo";
import { LanguageMenu, ThemeMenu } from "@/components/shell/preference-menus";
import { instance } from "@/lib/server/instance";
import { parseTheme, themeCookie } from "@/lib/theme";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const [{ name }, cookieStore] = await Promise.all([instance(), cookies()]);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center gap-1 px-4 md:px-6">
        <Logo />
        <span className="ms-1.5 font-semibold text-heading">{name}</span>
        <span className="ms-auto" />
        <ThemeMenu theme={parseTheme(cookieStore.get(themeCookie)?.value)} />
        <LanguageMenu remember={false} />
      </header>
      <main className="flex flex-1 items-start justify-center px-4 pt-[8vh] pb-16">
        <div className="w-full max-w-100">{children}</div>
      </main>
    </div>
  );
}
