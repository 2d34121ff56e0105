import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { Messages } from "@/components/messages";
import { Providers } from "@/components/providers";
import { instance } from "@/lib/server/instance";
import { parseAppearance } from "@/lib/theme";
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
  const appearance = parseAppearance((name) => cookieStore.get(name)?.value);
  return (
    <html
      lang={locale}
      data-theme={appearance.theme}
      data-density={appearance.density}
      data-shortcuts={appearance.characterKeys}
    >
      <body>
        <div className="app-root">
          <Messages>
            <Providers nonce={headerStore.get("x-nonce") ?? undefined} numberUnits={appearance.numberUnits}>
              {children}
            </Providers>
          </Messages>
        </div>
      </body>
    </html>
  );
}
