"use client";

import { fatalWords } from "@/lib/i18n/fatal";
import { defaultLocale, isLocale } from "@/lib/i18n/locales";
import "./globals.css";

/** When the root layout itself fails. Works without any script: reloading is a plain link. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  const shown = typeof document === "undefined" ? null : document.documentElement.lang;
  const locale = isLocale(shown) ? shown : defaultLocale;
  const words = fatalWords[locale];
  return (
    <html lang={locale} data-theme="system">
      <body>
        <title>{words.title}</title>
        <main className="mx-auto flex min-h-dvh max-w-form flex-col justify-center gap-3 px-6">
          <h1 className="text-title">{words.title}</h1>
          <p className="text-body text-muted-foreground">{words.body}</p>
          {error.digest && <p className="font-mono text-caption text-muted-foreground">{error.digest}</p>}
          <p>
            {/* biome-ignore lint/a11y/useValidAnchor: an empty address is this page again, also without scripts */}
            <a href="" className="text-primary underline">
              {words.reload}
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
