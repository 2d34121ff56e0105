import type { formats } from "./formats.ts";
import type { Locale } from "./locales.ts";
import type { Messages } from "./messages.ts";

// Makes a misspelt message key, locale or format name a type error.
declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
    Formats: typeof formats;
  }
}
