"use client";

import { useTranslations } from "next-intl";
import { HistorySection } from "../history/history-section";
import type { SettingName } from "./fields";

/** Who changed which setting, on whichever page it stands, and the way back. */
export function SettingsHistory({ version }: { version: number }) {
  const t = useTranslations("settings");
  const labelOf = (path: string) => {
    const key = `fields.${path as SettingName}.label` as const;
    return t.has(key) ? t(key) : path;
  };
  return <HistorySection targetType="settings" version={version} labelOf={labelOf} />;
}
