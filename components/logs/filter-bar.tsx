"use client";

import { Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { endpoints, outcomes } from "@/lib/gateway/types";
import { useEndpointText } from "../calls/endpoint-text";
import { useFormat } from "../format";
import { Button, IconButton } from "../ui/button";
import { Facet } from "../ui/facet";
import { Input } from "../ui/input";
import type { SelectOption } from "../ui/select";
import { type FilterName, filterNames, type LogFilterText, parseTyped, typedNames, without, withRange } from "./filter";

export type Named = { id: string; name: string };
export type LogFacets = { groups: Named[]; providers: Named[]; keys: Named[] };

const ranges = ["15m", "1h", "6h", "24h", "7d", "30d"] as const;
const any = "any";

type FilterBarProps = {
  filter: LogFilterText;
  facets: LogFacets;
  /** Conditions of the URL the server could not use. */
  ignored: readonly string[];
  onChange: (filter: LogFilterText) => void;
};

/** Facets and one text box that change the same filter; what is set stands below as chips. */
export function FilterBar({ filter, facets, ignored, onChange }: FilterBarProps) {
  const t = useTranslations("logs");
  const tOutcome = useTranslations("calls.outcome");
  const endpointText = useEndpointText();
  const set = (name: FilterName, value: string) =>
    onChange(value === any ? without(filter, name) : { ...filter, [name]: value });
  const named = (label: string, list: readonly Named[]): SelectOption<string>[] => [
    { value: any, label },
    ...list.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const groupOptions = [
    { value: any, label: t("anyGroup") },
    ...facets.groups.map(({ name }) => ({ value: name, label: name })),
  ];
  return (
    <search className="flex min-w-0 flex-col gap-2" aria-label={t("filters")}>
      <div className="grid grid-cols-2 items-start gap-2 sm:flex sm:flex-wrap">
        <Facet
          label={t("range")}
          value={filter.range ?? any}
          options={[
            { value: any, label: t("rangeAll") },
            ...ranges.map((range) => ({ value: range as string, label: t("rangeOf", { range }) })),
          ]}
          onChange={(value) => onChange(withRange(filter, value === any ? null : value))}
        />
        <Facet
          label={t("outcome")}
          value={filter.outcome ?? any}
          options={[
            { value: any, label: t("anyOutcome") },
            ...outcomes.map((outcome) => ({ value: outcome as string, label: tOutcome(outcome) })),
          ]}
          onChange={(value) => set("outcome", value)}
        />
        <Facet
          label={t("endpoint")}
          value={filter.endpoint ?? any}
          options={[
            { value: any, label: t("anyEndpoint") },
            ...endpoints.map((endpoint) => ({ value: endpoint as string, label: endpointText(endpoint) })),
          ]}
          onChange={(value) => set("endpoint", value)}
        />
        <Facet
          label={t("group")}
          value={filter.group ?? any}
          options={groupOptions}
          onChange={(value) => set("group", value)}
        />
        <Facet
          label={t("provider")}
          value={filter.provider ?? any}
          options={named(t("anyProvider"), facets.providers)}
          onChange={(value) => set("provider", value)}
        />
        <Facet
          label={t("key")}
          value={filter.key ?? any}
          options={named(t("anyKey"), facets.keys)}
          onChange={(value) => set("key", value)}
        />
        <SearchBox filter={filter} onChange={onChange} />
      </div>
      {ignored.length > 0 && <p className="text-small text-warning">{t("ignored", { list: ignored.join(", ") })}</p>}
      {filter.q !== undefined && filter.range === undefined && filter.from === undefined && (
        <p className="text-muted-foreground text-small">{t("searchDays")}</p>
      )}
      <Chips filter={filter} facets={facets} onChange={onChange} />
    </search>
  );
}

function SearchBox({ filter, onChange }: Pick<FilterBarProps, "filter" | "onChange">) {
  const t = useTranslations("logs");
  const [typed, setTyped] = useState(filter.q ?? "");
  const [refused, setRefused] = useState<string[]>([]);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(filter.q ?? ""), [filter.q]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.isComposing || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener("keydown", focus);
    return () => window.removeEventListener("keydown", focus);
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { filter: conditions, ignored } = parseTyped(typed);
    setRefused(ignored);
    onChange({ ...without(filter, "q"), ...conditions });
  };
  return (
    <form onSubmit={submit} className="col-span-full flex min-w-0 flex-1 basis-60 flex-col gap-1">
      <div className="relative">
        <Input
          ref={box}
          type="text"
          role="searchbox"
          aria-label={t("search")}
          title={t("searchHint", { names: typedNames.join(", ") })}
          placeholder={t("searchPlaceholder")}
          value={typed}
          onValueChange={setTyped}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="search"
          className="h-8 pe-9 text-small touch:h-11 touch:pe-12"
        />
        <button
          type="submit"
          aria-label={t("search")}
          className="absolute inset-y-0 end-0 flex w-8 items-center justify-center rounded-control text-muted-foreground hover:text-foreground touch:w-11"
        >
          <Search aria-hidden className="size-4" strokeWidth={1.75} />
        </button>
      </div>
      {refused.length > 0 && (
        <p role="status" className="text-small text-warning">
          {t("ignored", { list: refused.join(", ") })}
        </p>
      )}
    </form>
  );
}

/** Whether a key press belongs to something that takes text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function Chips({ filter, facets, onChange }: Pick<FilterBarProps, "filter" | "facets" | "onChange">) {
  const t = useTranslations("logs");
  const chipText = useChipText(facets);
  const set = filterNames.filter((name) => filter[name] !== undefined);
  if (set.length === 0) return null;
  return (
    <ul className="flex flex-wrap items-center gap-1.5">
      {set.map((name) => {
        const text = chipText(name, filter[name] ?? "");
        return (
          <li
            key={name}
            className="inline-flex h-7 min-w-0 max-w-full items-center rounded-full border bg-card ps-2.5 pe-0.5 text-small touch:h-11"
          >
            <span className="truncate">{text}</span>
            <IconButton
              icon={X}
              label={t("removeFilter", { name: text })}
              tooltip={false}
              onClick={() => onChange(without(filter, name))}
              className="ms-0.5 size-6 rounded-full touch:size-10"
            />
          </li>
        );
      })}
      <li>
        <Button size="compact" variant="ghost" onClick={() => onChange({})}>
          {t("clearAll")}
        </Button>
      </li>
    </ul>
  );
}

/** The words on a chip: codes translated, ids shown as the names they stand for. */
function useChipText(facets: LogFacets): (name: FilterName, value: string) => string {
  const t = useTranslations("logs");
  const tOutcome = useTranslations("calls.outcome");
  const tReason = useTranslations("reasons");
  const endpointText = useEndpointText();
  const format = useFormat();
  const names = new Map([...facets.groups, ...facets.providers, ...facets.keys].map(({ id, name }) => [id, name]));
  return (name, value) => {
    const each = (words: (part: string) => string) => value.split(",").map(words).join(", ");
    const shown = (): string => {
      switch (name) {
        case "outcome":
          return each((part) => (tOutcome.has(part as "ok") ? tOutcome(part as "ok") : part));
        case "endpoint":
          return each(endpointText);
        case "reason":
          return each((part) => (tReason.has(part as "ok") ? tReason(part as "ok") : part));
        case "range":
          return t("rangeOf", { range: value });
        case "stream":
        case "demo":
          return value === "1" || value === "true" ? t("yes") : t("no");
        case "minFirstTokenMs":
        case "minTotalMs":
          return format.duration(Number(value));
        default:
          return each((part) => names.get(part) ?? part);
      }
    };
    return t(`chip.${name}`, { value: shown() });
  };
}
