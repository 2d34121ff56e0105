"use client";

import { Download } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import type { FilterText } from "@/lib/filter-language";
import type { Actor, AuditListEntry } from "@/lib/schemas/audit";
import { actorTypes, auditActions, auditTargets } from "@/lib/schemas/audit-terms";
import type { Page } from "@/lib/schemas/common";
import { timeRangeOf } from "@/lib/schemas/time-range";
import { FilterBar } from "../filter-bar/filter-bar";
import { TimeRangePicker } from "../time-range/time-range-picker";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { PageBody, PageHeader } from "../ui/page-header";
import { type AuditKey, auditLanguage, auditQuery, withAuditTime } from "./audit-language";
import { AuditList } from "./audit-list";
import { useEntryWords } from "./entry-words";

export type AuditPageViewProps = {
  /** What the URL asks for, as far as the server understood it. */
  filter: FilterText;
  ignored: readonly string[];
  first: Page<AuditListEntry>;
  /** Epoch ms of the moment `first` was read. */
  readAt: number;
  /** Everybody who stands in the log. */
  actors: readonly { type: Actor["type"]; name: string }[];
};

/** Who did what: filter, time, list, and the list as a file. What is shown is in the URL. */
export function AuditPageView({ filter, ignored, first, readAt, actors }: AuditPageViewProps) {
  const t = useTranslations("audit");
  const router = useRouter();
  const words = useEntryWords();
  const [changing, startChange] = useTransition();
  const query = auditQuery(filter);
  const change = (next: FilterText) => {
    const text = auditQuery(next);
    startChange(() => router.push(text === "" ? "/audit" : `/audit?${text}`));
  };
  const save = () => {
    const link = document.createElement("a");
    link.href = `/api/admin/audit/export${query === "" ? "" : `?${query}`}`;
    link.download = "";
    link.click();
  };
  const sorted = (codes: readonly string[], inWords: (code: string) => string) =>
    codes.map((code) => ({ value: code, label: inWords(code) })).toSorted((a, b) => a.label.localeCompare(b.label));
  const names = new Map(actors.map((one) => [one.name, words.actor(one).name]));
  return (
    <PageBody wide>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <Button icon={Download} onClick={save}>
            {t("export")}
          </Button>
        }
      />
      <div className="flex min-w-0 flex-col gap-3">
        <FilterBar
          language={auditLanguage}
          filter={filter}
          facets={[
            {
              parameter: "actor",
              label: t("field.actor"),
              any: t("any.actor"),
              options: [...names].map(([value, label]) => ({ value, label })),
            },
            {
              parameter: "action",
              label: t("field.action"),
              any: t("any.action"),
              options: sorted(auditActions, words.action),
            },
            {
              parameter: "targetType",
              label: t("field.object"),
              any: t("any.object"),
              options: sorted(auditTargets, words.target),
            },
            {
              parameter: "actorType",
              label: t("field.by"),
              any: t("any.by"),
              options: actorTypes.map((code) => ({ value: code, label: words.actorType(code) })),
            },
          ]}
          labelOf={(key) => t(`field.${key as AuditKey}`)}
          wordsOf={(key, value) => {
            if (key === "action") return words.action(value);
            if (key === "object" || key === "targetType") return words.target(value);
            if (key === "by" || key === "actorType") return words.actorType(value);
            return key === "actor" ? (names.get(value) ?? value) : value;
          }}
          placeholder={t("placeholder")}
          before={
            <TimeRangePicker
              value={timeRangeOf(filter)}
              withAll
              onChange={(next) => change(withAuditTime(filter, next))}
              className="max-sm:col-span-full"
            />
          }
          notes={
            ignored.length > 0 && (
              <p className="text-small text-warning">{t("ignored", { list: ignored.join(", ") })}</p>
            )
          }
          onChange={change}
        />
        <div
          aria-hidden
          className={cn(
            "h-0.5 rounded-full bg-primary transition-opacity",
            changing ? "animate-pulse opacity-100" : "opacity-0",
          )}
        />
        <AuditList key={`${query}|${readAt}`} first={first} query={query} onClear={() => change({})} />
      </div>
    </PageBody>
  );
}
