"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import type { Locale } from "@/lib/i18n/locales";
import { localeCookie } from "@/lib/i18n/locales";
import { timeZoneCookie } from "@/lib/i18n/time-zone";
import {
  type CharacterKeys,
  characterKeysCookie,
  type Density,
  densityCookie,
  type NumberUnits,
  numberUnitsCookie,
  type Theme,
  themeCookie,
} from "@/lib/theme";
import { api } from "./api-client";

const yearSeconds = 31_536_000;

/** Preferences are plain cookies, so that the server renders the next page right at once. They are no secrets. */
export function setPreferenceCookie(name: string, value: string): void {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing outside secure contexts
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${value === "" ? 0 : yearSeconds}; SameSite=Lax${secure}`;
}

export type Preferences = {
  setTheme: (theme: Theme) => void;
  setDensity: (density: Density) => void;
  /** Numbers are written by the server too, so the page is asked for again. */
  setNumberUnits: (units: NumberUnits) => void;
  setCharacterKeys: (keys: CharacterKeys) => void;
  /** `remember` also stores it with the account, for the next device; leave it out before sign-in. */
  setLocale: (locale: Locale, remember?: boolean) => void;
  /** null = follow the browser. */
  setTimeZone: (timeZone: string | null, remember?: boolean) => void;
};

export function usePreferences(): Preferences {
  const router = useRouter();
  const setTheme = useCallback((theme: Theme) => {
    document.documentElement.dataset.theme = theme;
    setPreferenceCookie(themeCookie, theme);
  }, []);
  const setDensity = useCallback((density: Density) => {
    document.documentElement.dataset.density = density;
    setPreferenceCookie(densityCookie, density);
  }, []);
  const setCharacterKeys = useCallback((keys: CharacterKeys) => {
    document.documentElement.dataset.shortcuts = keys;
    setPreferenceCookie(characterKeysCookie, keys);
  }, []);
  const setNumberUnits = useCallback(
    (units: NumberUnits) => {
      setPreferenceCookie(numberUnitsCookie, units);
      router.refresh();
    },
    [router],
  );
  const setLocale = useCallback(
    (locale: Locale, remember = false) => {
      setPreferenceCookie(localeCookie, locale);
      // The account copy only seeds the next sign-in; this device already has its cookie.
      if (remember) void api.patch("/api/auth/account", { locale }).catch(() => undefined);
      router.refresh();
    },
    [router],
  );
  const setTimeZone = useCallback(
    (timeZone: string | null, remember = false) => {
      setPreferenceCookie(timeZoneCookie, timeZone ?? "");
      if (remember) void api.patch("/api/auth/account", { timeZone }).catch(() => undefined);
      router.refresh();
    },
    [router],
  );
  return { setTheme, setDensity, setNumberUnits, setCharacterKeys, setLocale, setTimeZone };
}
