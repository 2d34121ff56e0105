"use client";

import { useLocale, useNow, useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useDates } from "@/components/format";
import { endonyms, locales } from "@/lib/i18n/locales";
import type { Theme } from "@/lib/theme";
import { usePreferences } from "../preferences";
import { TimeZoneSelect } from "../time-zone-select";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { Select } from "../ui/select";

const browser = "browser";

export function AppearanceCard({ theme, timeZone }: { theme: Theme; timeZone: string | null }) {
  const t = useTranslations("settings.appearance");
  const nav = useTranslations("nav");
  const locale = useLocale();
  const format = useDates();
  const now = useNow({ updateInterval: 1_000 });
  const { setTheme, setLocale, setTimeZone } = usePreferences();
  const [currentTheme, setCurrentTheme] = useState(theme);
  const asBrowser = useMemo(() => ({ value: browser, label: t("timeZoneBrowser") }), [t]);
  return (
    <Card title={t("displayTitle")} description={t("displayHint")}>
      <div className="flex max-w-100 flex-col gap-5">
        <Field label={t("theme")} hint={t("themeHint")}>
          <Select<Theme>
            value={currentTheme}
            onValueChange={(next) => {
              setCurrentTheme(next);
              setTheme(next);
            }}
            options={[
              { value: "light", label: nav("themeLight") },
              { value: "dark", label: nav("themeDark") },
              { value: "system", label: nav("themeSystem") },
            ]}
          />
        </Field>
        <Field label={t("language")} hint={t("languageHint")}>
          <Select
            value={locale}
            onValueChange={(next) => setLocale(next, true)}
            options={locales.map((value) => ({ value, label: endonyms[value] }))}
          />
        </Field>
        <Field label={t("timeZone")} hint={`${t("timeZoneHint")} ${t("now", { time: format.dateTime(now, "log") })}`}>
          <TimeZoneSelect
            value={timeZone ?? browser}
            extra={asBrowser}
            onValueChange={(next) => setTimeZone(next === browser ? null : next, true)}
          />
        </Field>
      </div>
    </Card>
  );
}
