import { match } from "@formatjs/intl-localematcher";

export const locales = ["en", "zh-CN", "zh-TW", "ja", "ko"] as const;
export type Locale = (typeof locales)[number];
export const defaultLocale: Locale = "en";

/** The cookie that keeps a chosen language. Readable by scripts: it is a preference, not a secret. */
export const localeCookie = "locale";

/** Each language in its own words, as the switcher lists them. Never flags. */
export const endonyms: Record<Locale, string> = {
  en: "English",
  "zh-CN": "简体中文",
  "zh-TW": "繁體中文",
  ja: "日本語",
  ko: "한국어",
};

export function isLocale(value: unknown): value is Locale {
  return typeof value === "string" && (locales as readonly string[]).includes(value);
}

/** The languages of an `Accept-Language` header, best first (RFC 9110 §12.5.4). Malformed entries are left out. */
export function acceptedLanguages(header: string | null | undefined): string[] {
  if (!header) return [];
  return header
    .slice(0, 1_000)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.split(";").map((text) => text.trim());
      const quality = parameters.find((text) => text.startsWith("q="));
      return { tag, weight: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ tag, weight }) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag) && weight > 0 && weight <= 1)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

/**
 * The language to show: the reader's choice, else the best fit for what the browser accepts, else the instance's own.
 * Best fit, because the plain look-up sends readers from Hong Kong and Singapore to English.
 */
export function negotiateLocale(
  chosen: string | null | undefined,
  acceptLanguage: string | null | undefined,
  fallback: Locale = defaultLocale,
): Locale {
  if (isLocale(chosen)) return chosen;
  const accepted = acceptedLanguages(acceptLanguage);
  if (accepted.length === 0) return fallback;
  const matched = match(accepted, locales, fallback, { algorithm: "best fit" });
  return isLocale(matched) ? matched : fallback;
}
