"use client";

import { History } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { Button } from "@/components/ui/button";
import type { HistoryTab as Tab } from "./history-tab";

const HistoryTab = dynamic(() => import("./history-tab").then((module) => module.HistoryTab));

/** The history of an object where it is not what one came for: read and shown when asked for. */
export function HistorySection(props: ComponentProps<typeof Tab>) {
  const t = useTranslations("changes");
  const [open, setOpen] = useState(false);
  if (open) return <HistoryTab {...props} />;
  return (
    <Button icon={History} className="self-start" onClick={() => setOpen(true)}>
      {t("show")}
    </Button>
  );
}
