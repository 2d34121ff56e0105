"use client";

import { useLocale, useNow, useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useDates, useFormat } from "@/components/format";
import { endonyms, locales } from "@/lib/i18n/locales";
import type { Appearance, Density, NumberUnits, Theme } from "@/lib/theme";
import { usePreferences } from "../preferences";
import { KeyCaps } from "../shortcuts/key-caps";
import { TimeZoneSelect } from "../time-zone-select";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";

const browser = "browser";

export function AppearanceCard({ appearance, timeZone }: { appearance: Appearance; timeZone: string | null }) {
  const t = useTranslations("settings.appearance");
  const nav = useTranslations("nav");
  const locale = useLocale();
  const format = useDates();
  const number = useFormat();
  const now = useNow({ updateInterval: 1_000 });
  const { setTheme, setDensity, setNumberUnits, setCharacterKeys, setLocale, setTimeZone } = usePreferences();
  const [chosen, setChosen] = useState(appearance);
  const choose = (change: Partial<Appearance>) => setChosen({ ...chosen, ...change });
  const asBrowser = useMemo(() => ({ value: browser, label: t("timeZoneBrowser") }), [t]);
  return (
    <Card title={t("displayTitle")} description={t("displayHint")}>
      <div className="flex max-w-form flex-col gap-5">
        <Field label={t("theme")} hint={t("themeHint")}>
          <Select<Theme>
            value={chosen.theme}
            onValueChange={(theme) => {
              choose({ theme });
              setTheme(theme);
            }}
            options={[
              { value: "light", label: nav("themeLight") },
              { value: "dark", label: nav("themeDark") },
              { value: "system", label: nav("themeSystem") },
            ]}
          />
        </Field>
        <Field label={t("density")} hint={t("densityHint")}>
          <Select<Density>
            value={chosen.density}
            onValueChange={(density) => {
              choose({ density });
              setDensity(density);
            }}
            options={[
              { value: "comfortable", label: t("densityComfortable") },
              { value: "compact", label: t("densityCompact") },
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
        <Field label={t("timeZone")} hint={t("timeZoneHint", { time: format.dateTime(now, "log") })}>
          <TimeZoneSelect
            value={timeZone ?? browser}
            extra={asBrowser}
            onValueChange={(next) => setTimeZone(next === browser ? null : next, true)}
          />
        </Field>
        <Field label={t("numberUnits")} hint={t("numberUnitsHint", { example: number.compact(12_345_678) })}>
          <Select<NumberUnits>
            value={chosen.numberUnits}
            onValueChange={(numberUnits) => {
              choose({ numberUnits });
              setNumberUnits(numberUnits);
            }}
            options={[
              { value: "locale", label: t("numberUnitsLocale") },
              { value: "metric", label: t("numberUnitsMetric") },
            ]}
          />
        </Field>
        <Field
          inline
          label={t("characterKeys")}
          hint={t.rich("characterKeysHint", {
            live: () => <KeyCaps keys="l" />,
            go: () => <KeyCaps keys="g>o" />,
            palette: () => <KeyCaps keys="mod+k" />,
          })}
        >
          <Switch
            checked={chosen.characterKeys === "on"}
            onCheckedChange={(on) => {
              const characterKeys = on ? "on" : "off";
              choose({ characterKeys });
              setCharacterKeys(characterKeys);
            }}
          />
        </Field>
      </div>
    </Card>
  );
}
