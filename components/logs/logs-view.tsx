"use client";

import { ChartNoAxesColumn } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useState, useTransition } from "react";
import type { FilterText } from "@/lib/filter-language";
import { outcomes } from "@/lib/gateway/types";
import type { CallPage } from "@/lib/schemas/logs";
import { timeRangeOf } from "@/lib/schemas/time-range";
import type { SavedViewView } from "@/lib/schemas/views";
import { useEndpointText } from "../calls/endpoint-text";
import { FilterBar, type FilterFacet } from "../filter-bar/filter-bar";
import { useReasonText } from "../format";
import { setPreferenceCookie } from "../preferences";
import { ViewTabs } from "../saved-views/view-tabs";
import { useShortcut } from "../shortcuts/use-shortcut";
import { TimeRangePicker } from "../time-range/time-range-picker";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { PageBody, PageHeader } from "../ui/page-header";
import { CallList } from "./call-list";
import { ColumnPicker } from "./column-picker";
import { columnsCookie, columnsOf, columnsText, type LogColumn } from "./columns";
import { ExportMenu } from "./export-menu";
import { Histogram } from "./histogram";
import { type LogKey, logLanguage, narrowed, queryOf, withTime, written } from "./log-language";

const SummaryPanel = dynamic(() => import("./summary-panel").then((module) => module.SummaryPanel), { ssr: false });

type Named = { id: string; name: string };

export type LogsViewProps = {
  /** What the URL asks for, as far as the server understood it. */
  filter: FilterText;
  ignored: string[];
  sort: string;
  /** The first page of the log under this filter. */
  first: CallPage;
  /** Epoch ms of the moment `first` was read. */
  readAt: number;
  facets: { groups: Named[]; providers: Named[]; keys: Named[] };
  views: SavedViewView[];
  /** Whether any call was ever logged. */
  everCalled: boolean;
  /** As this reader has chosen them before. */
  columns: LogColumn[];
};

/** The call log: filter, time, list, live tail and the drawer. What is shown is in the URL. */
export function LogsView(props: LogsViewProps) {
  const { filter, ignored, facets, readAt, sort, views } = props;
  const t = useTranslations("logs");
  const router = useRouter();
  const [live, setLive] = useQueryState("live", parseAsBoolean.withDefault(false));
  const [cols, setCols] = useQueryState("cols", parseAsString);
  const [kept, setKept] = useState<readonly LogColumn[]>(props.columns);
  const [summing, setSumming] = useState(false);
  const [changing, startChange] = useTransition();
  const query = queryOf(filter);
  const columns = cols === null ? kept : columnsOf(cols);

  const go = (next: FilterText, order: string) => {
    const parts = [
      queryOf(next),
      order === "-at" ? "" : `sort=${order}`,
      live ? "live=true" : "",
      cols === null ? "" : `cols=${cols}`,
    ].filter((part) => part !== "");
    startChange(() => router.push(parts.length > 0 ? `/logs?${parts.join("&")}` : "/logs"));
  };
  const change = (next: FilterText) => go(next, sort);
  const narrow = (parameter: string, value: string) => {
    setSumming(false);
    change(narrowed(filter, parameter, value));
  };
  const chooseColumns = (next: readonly LogColumn[]) => {
    const text = columnsText(next);
    setPreferenceCookie(columnsCookie, text ?? "");
    setKept(columnsOf(text));
    void setCols(text);
  };
  useShortcut("logs.live", () => void setLive((on) => !on));

  const words = useLogWords(facets);
  const span = timeRangeOf(filter);
  return (
    <PageBody wide>
      <PageHeader title={t("title")} description={t("description")} />
      <div className="flex min-w-0 flex-col gap-3">
        <ViewTabs
          page="logs"
          path="/logs"
          builtIn={[
            { name: t("view.all"), query: "" },
            { name: t("view.attention"), query: "outcome=failed,interrupted" },
            { name: t("view.rescued"), query: "outcome=rescued" },
          ]}
          query={[query, sort === "-at" ? "" : `sort=${sort}`].filter((part) => part !== "").join("&")}
          initial={views}
        />
        <FilterBar
          language={logLanguage}
          filter={filter}
          written={written(filter, [...facets.groups, ...facets.providers, ...facets.keys])}
          {...words}
          placeholder={t("searchPlaceholder")}
          before={
            <span className="flex min-w-0 max-sm:col-span-2">
              <TimeRangePicker value={span} withAll onChange={(next) => change(withTime(filter, next))} />
            </span>
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
        {props.everCalled && (
          <Histogram
            query={query}
            readAt={readAt}
            window={span !== null && "from" in span ? span : null}
            onWindow={(next) => change(withTime(filter, next))}
          />
        )}
        <CallList
          key={`${query}|${sort}|${readAt}`}
          {...props}
          query={query}
          columns={columns}
          live={live}
          onLive={(on) => void setLive(on)}
          onSort={(order) => go(filter, order)}
          onChange={change}
          onNarrow={narrow}
          tools={
            <>
              <Button size="compact" icon={ChartNoAxesColumn} onClick={() => setSumming(true)}>
                {t("summary.title")}
              </Button>
              <ColumnPicker columns={columns} onChange={chooseColumns} />
              <ExportMenu query={query} />
            </>
          }
        />
        {summing && <SummaryPanel query={query} onNarrow={narrow} onClose={() => setSumming(false)} />}
      </div>
    </PageBody>
  );
}

/** The facets, and the words of keys and values. */
function useLogWords(facets: LogsViewProps["facets"]) {
  const t = useTranslations("logs");
  const tColumn = useTranslations("logs.column");
  const tOutcome = useTranslations("calls.outcome");
  const endpointText = useEndpointText();
  const reasonText = useReasonText();
  const names = new Map([...facets.groups, ...facets.providers, ...facets.keys].map(({ id, name }) => [id, name]));
  const byName = ({ name }: Named) => ({ value: name, label: name });
  const byId = ({ id, name }: Named) => ({ value: id, label: name });
  const facetList: FilterFacet[] = [
    {
      parameter: "outcome",
      label: tColumn("outcome"),
      any: t("anyOutcome"),
      options: outcomes.map((outcome) => ({ value: outcome, label: tOutcome(outcome) })),
    },
    { parameter: "group", label: tColumn("group"), any: t("anyGroup"), options: facets.groups.map(byName) },
    { parameter: "provider", label: tColumn("provider"), any: t("anyProvider"), options: facets.providers.map(byId) },
    { parameter: "key", label: tColumn("key"), any: t("anyKey"), options: facets.keys.map(byId) },
  ];
  return {
    facets: facetList,
    labelOf: (key: string) => t(`field.${key as LogKey}`),
    wordsOf: (key: string, value: string) => {
      if (key === "outcome") return tOutcome.has(value as "ok") ? tOutcome(value as "ok") : value;
      if (key === "endpoint") return endpointText(value);
      return key === "reason" ? reasonText(value) : (names.get(value) ?? value);
    },
  };
}
