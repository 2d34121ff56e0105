"use client";

import { useTranslations } from "next-intl";
import {
  type Comparison,
  type FilterField,
  type FilterLanguage,
  type FilterText,
  parameterOf,
  readComparisons,
} from "@/lib/filter-language";
import { splitList } from "@/lib/schemas/value-list";
import { useFormat } from "../format";

/** What is set, as one sentence each. */
export function useChips({
  language,
  filter,
  labelOf,
  wordsOf,
}: {
  language: FilterLanguage;
  filter: FilterText;
  labelOf: (key: string) => string;
  wordsOf: (key: string, value: string) => string;
}): { parameter: string; text: string }[] {
  const t = useTranslations("filterBar");
  const format = useFormat();
  const amount = ({ value }: Comparison, field: FilterField & { kind: "number" }) =>
    field.unit === "duration"
      ? format.duration(value)
      : field.unit === "money"
        ? format.usd(value)
        : format.integer(value);
  const shown = (key: string, field: FilterField, value: string): string => {
    if (field.kind === "flag") return t(value === "true" || value === "1" ? "yes" : "no");
    if (field.kind === "text") return value;
    if (field.kind === "list") {
      return splitList(value)
        .map((one) => wordsOf(key, one))
        .join(t("or"));
    }
    return (readComparisons(value) ?? [])
      .map((one) => t("compared", { comparator: one.comparator, value: amount(one, field) }))
      .join(t("and"));
  };
  const chips: { parameter: string; text: string }[] = [];
  for (const [key, field] of Object.entries(language.fields)) {
    const parameter = parameterOf(key, field);
    const given = filter[parameter];
    const refused = filter[`-${parameter}`];
    if (given !== undefined) {
      chips.push({ parameter, text: t("is", { name: labelOf(key), value: shown(key, field, given) }) });
    }
    if (refused !== undefined) {
      chips.push({
        parameter: `-${parameter}`,
        text: t("isNot", { name: labelOf(key), value: shown(key, field, refused) }),
      });
    }
  }
  const words = filter[language.words];
  if (words !== undefined) chips.push({ parameter: language.words, text: t("is", { name: t("words"), value: words }) });
  return chips;
}
