"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { type FilterLanguage, type FilterText, parametersOf } from "@/lib/filter-language";
import { splitList } from "@/lib/schemas/value-list";
import { Button, IconButton } from "../ui/button";
import { Facet } from "../ui/facet";
import type { SelectOption } from "../ui/select";
import { FilterBox } from "./filter-box";
import { useChips } from "./use-chips";

/** One condition with a list to choose from. */
export type FilterFacet = {
  /** As the URL has it. */
  parameter: string;
  label: string;
  /** Said where nothing is chosen. */
  any: string;
  options: readonly SelectOption<string>[];
};

export type FilterBarProps = {
  language: FilterLanguage;
  filter: FilterText;
  facets: readonly FilterFacet[];
  /** The words for a key of the language. */
  labelOf: (key: string) => string;
  /** The words for one value of a key: codes translated, ids as names. */
  wordsOf: (key: string, value: string) => string;
  /** How the box writes a filter, where that differs from what the URL has: names instead of ids. */
  written?: FilterText;
  placeholder: string;
  /** Before the facets: the time range. */
  before?: ReactNode;
  /** What the page has to say about the filter. */
  notes?: ReactNode;
  onChange: (filter: FilterText) => void;
};

/** No value of a condition: those are names, ids and codes, and a name has no white space before it. */
const anyValue = " ";

/** Facets and one text box that write the same filter; what is set stands below as chips. The URL is the state. */
export function FilterBar({ language, filter, facets, before, notes, onChange, ...words }: FilterBarProps) {
  const t = useTranslations("filterBar");
  const { labelOf, wordsOf, written = filter, placeholder } = words;
  const chips = useChips({ language, filter, labelOf, wordsOf });
  const own = new Set(parametersOf(language));
  const without = (gone: (parameter: string) => boolean) =>
    Object.fromEntries(Object.entries(filter).filter(([parameter]) => !gone(parameter)));
  return (
    <search className="flex min-w-0 flex-col gap-2" aria-label={t("title")}>
      <div className="grid grid-cols-2 items-start gap-2 sm:flex sm:flex-wrap">
        {before}
        {facets.map(({ parameter, label, any, options }) => (
          <Facet
            key={parameter}
            label={label}
            value={filter[parameter] ?? anyValue}
            options={[
              { value: anyValue, label: any },
              ...options,
              ...severalOf(filter[parameter], options, (value) =>
                splitList(value)
                  .map((one) => wordsOf(parameter, one))
                  .join(t("or")),
              ),
            ]}
            onChange={(value) =>
              onChange(value === anyValue ? without((one) => one === parameter) : { ...filter, [parameter]: value })
            }
          />
        ))}
        <FilterBox
          language={language}
          filter={written}
          placeholder={placeholder}
          onChange={(next) => onChange({ ...without((parameter) => own.has(parameter)), ...next })}
        />
      </div>
      {notes}
      {chips.length > 0 && (
        <ul className="flex flex-wrap items-center gap-1.5">
          {chips.map(({ parameter, text }) => (
            <li
              key={parameter}
              className="inline-flex h-7 min-w-0 max-w-full items-center rounded-full border bg-card ps-2.5 pe-0.5 text-small touch:h-11"
            >
              <span className="truncate">{text}</span>
              <IconButton
                icon={X}
                label={t("remove", { name: text })}
                tooltip={false}
                onClick={() => onChange(without((one) => one === parameter))}
                className="ms-0.5 size-6 rounded-full touch:size-10"
              />
            </li>
          ))}
          <li>
            <Button size="compact" variant="ghost" onClick={() => onChange(without((parameter) => own.has(parameter)))}>
              {t("clearAll")}
            </Button>
          </li>
        </ul>
      )}
    </search>
  );
}

/** What a facet shows when the box has set something that is not one of its options. */
function severalOf(
  value: string | undefined,
  options: readonly SelectOption<string>[],
  inWords: (value: string) => string,
): SelectOption<string>[] {
  if (value === undefined || options.some((option) => option.value === value)) return [];
  return [{ value, label: inWords(value) }];
}
