"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Menu, MenuItem } from "../ui/menu";

const exportFormats = ["csv", "ndjson"] as const;

/** Saves the calls of the log under the same conditions as a file. The server streams it, however many they are. */
export function ExportMenu({ query }: { query: string }) {
  const t = useTranslations("logs.export");
  const save = (format: (typeof exportFormats)[number]) => {
    const link = document.createElement("a");
    link.href = `/api/admin/logs/export?format=${format}${query === "" ? "" : `&${query}`}`;
    link.download = "";
    link.click();
  };
  return (
    <Menu
      trigger={
        <Button size="compact" icon={Download}>
          {t("button")}
        </Button>
      }
    >
      {exportFormats.map((format) => (
        <MenuItem key={format} onClick={() => save(format)}>
          {t(format)}
        </MenuItem>
      ))}
    </Menu>
  );
}
