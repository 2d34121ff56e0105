"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";
import { Tooltip } from "@/components/ui/tooltip";
import type { FieldChange, PlannedModel, PriceSource } from "@/lib/schemas/model-import";
import type { CatalogueMatch, CataloguePrices } from "@/lib/schemas/price-catalogue";

/** What a model will cost; that nothing is known is said, never left out. */
export function PriceText({
  prices,
  source,
  match,
}: Pick<PlannedModel, "prices" | "match"> & { source: PriceSource | null }) {
  const t = useTranslations("modelImport");
  const text = usePriceText(prices);
  if (text === null) return <span className="text-warning">{t("noPrice")}</span>;
  const className = "whitespace-nowrap tabular-nums";
  if (source !== "name" || !match) return <span className={className}>{text}</span>;
  return (
    <Tooltip content={t("byName", { vendor: match.vendor, model: match.model })}>
      <span className={className}>{t("aboutPrice", { price: text })}</span>
    </Tooltip>
  );
}

function usePriceText({ inputPrice, outputPrice, callPrice }: CataloguePrices): string | null {
  const t = useTranslations("modelImport");
  const format = useFormat();
  const tokens = [inputPrice, outputPrice].filter((price) => price !== null).map((price) => format.usd(price));
  const parts = [
    ...(tokens.length > 0 ? [tokens.join(" · ")] : []),
    ...(callPrice !== null ? [t("perCall", { price: format.usd(callPrice) })] : []),
  ];
  return parts.length > 0 ? parts.join(" + ") : null;
}

/** Whose prices these are. */
export function PriceSourceText({ source, match }: { source: PriceSource | null; match: CatalogueMatch | null }) {
  const t = useTranslations("modelImport");
  if (source === null) return <span className="text-warning">{t("source.none")}</span>;
  if (source === "name" && match)
    return (
      <Tooltip content={t("byName", { vendor: match.vendor, model: match.model })}>
        <span>{t("source.name", { vendor: match.vendor })}</span>
      </Tooltip>
    );
  return <span>{t(`source.${source}`, { vendor: match?.vendor ?? "" })}</span>;
}

/** One field that the list tells differently, before and after. */
export function ChangeText({ change: { field, before, after } }: { change: FieldChange }) {
  const t = useTranslations("modelImport");
  const format = useFormat();
  const text = (value: FieldChange["before"]): string => {
    if (value === null) return t("unknown");
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    return typeof value === "number" ? format.integer(value) : format.usd(value);
  };
  return (
    <span className="whitespace-nowrap">
      <span className="text-muted-foreground">{t(`field.${field}`)}</span> {text(before)} → {text(after)}
    </span>
  );
}
