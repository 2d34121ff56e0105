"use client";

import { Languages, Monitor, Moon, Sun } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactElement, useState } from "react";
import { endonyms, type Locale, locales } from "@/lib/i18n/locales";
import type { Theme } from "@/lib/theme";
import { usePreferences } from "../preferences";
import { IconButton } from "../ui/button";
import { Menu, MenuRadioGroup } from "../ui/menu";

type Side = "top" | "bottom" | "right";

export function ThemeMenu({ theme, side, trigger }: { theme: Theme; side?: Side; trigger?: ReactElement }) {
  const t = useTranslations("nav");
  const { setTheme } = usePreferences();
  const [current, setCurrent] = useState(theme);
  const icons = { light: Sun, dark: Moon, system: Monitor };
  return (
    <Menu
      side={side}
      align="start"
      trigger={trigger ?? <IconButton icon={icons[current]} label={t("theme")} tooltip={false} />}
    >
      <MenuRadioGroup
        label={t("theme")}
        value={current}
        onValueChange={(next) => {
          setCurrent(next);
          setTheme(next);
        }}
        options={[
          { value: "light", label: t("themeLight"), icon: Sun },
          { value: "dark", label: t("themeDark"), icon: Moon },
          { value: "system", label: t("themeSystem"), icon: Monitor },
        ]}
      />
    </Menu>
  );
}

export function LanguageMenu({ remember, side, trigger }: { remember: boolean; side?: Side; trigger?: ReactElement }) {
  const t = useTranslations("nav");
  const locale = useLocale();
  const { setLocale } = usePreferences();
  return (
    <Menu
      side={side}
      align="start"
      trigger={trigger ?? <IconButton icon={Languages} label={t("language")} tooltip={false} />}
    >
      <MenuRadioGroup<Locale>
        label={t("language")}
        value={locale}
        onValueChange={(next) => setLocale(next, remember)}
        options={locales.map((value) => ({ value, label: endonyms[value], lang: value }))}
      />
    </Menu>
  );
}
