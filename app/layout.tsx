import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { Messages } from "@/components/messages";
import { Providers } from "@/components/providers";
import { instance } from "@/lib/server/instance";
import { parseTheme, themeCookie } from "@/lib/theme";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const { name } = await instance();
  return {
    title: { default: name, template: `%s · ${name}` },
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafafb" },
    { media: "(prefers-color-scheme: dark)", color: "#0d0f12" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, cookieStore, headerStore] = await Promise.all([getLocale(), cookies(), headers()]);
  return (
    <html lang={locale} data-theme={parseTheme(cookieStore.get(themeCookie)?.value)}>
      <body>
        <div className="app-root">
          <Messages>
            <Providers nonce={headerStore.get("x-nonce") ?? undefined}>{children}</Providers>
          </Messages>
        </div>
      </body>
    </html>
  );
}
