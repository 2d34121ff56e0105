"use client";

import { Copy, Download, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { callColumns, callFields } from "@/lib/call-columns";
import { byteOrderMark, csvRecord, fileTime } from "@/lib/csv";
import type { CallView } from "@/lib/schemas/logs";
import { Button, IconButton } from "../ui/button";
import { useCopy } from "../ui/copy-button";

/** What can be done with the marked rows. It stands at the bottom, so that no row moves when it comes. */
export function SelectionBar({ calls, onClear }: { calls: readonly CallView[]; onClear: () => void }) {
  const t = useTranslations("logs.selection");
  const { copied, copy } = useCopy();
  const save = () => {
    const text =
      byteOrderMark + csvRecord(Object.keys(callColumns)) + calls.map((call) => csvRecord(callFields(call))).join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `sluice-calls-${fileTime(new Date())}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <section
      aria-label={t("title")}
      className="sticky bottom-16 z-30 mx-auto flex w-full flex-wrap sm:w-fit sm:max-w-full items-center gap-2 rounded-card border bg-popover px-3 py-2 shadow-popover md:bottom-4"
    >
      <span role="status" className="text-small max-sm:flex-1 max-sm:basis-2/3">
        {t("count", { count: calls.length })}
      </span>
      <Button
        size="compact"
        icon={Copy}
        onClick={() => void copy(calls.map(({ requestId }) => requestId).join("\n"))}
        className="max-sm:order-last"
      >
        {copied ? t("copied") : t("copyIds")}
      </Button>
      <Button size="compact" icon={Download} onClick={save} className="max-sm:order-last">
        {t("export")}
      </Button>
      <IconButton icon={X} label={t("clear")} onClick={onClear} />
    </section>
  );
}
