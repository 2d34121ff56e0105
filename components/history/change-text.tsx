"use client";

import { useTranslations } from "next-intl";
import { useDates, useFormat } from "@/components/format";
import { endonyms, isLocale } from "@/lib/i18n/locales";
import type { FieldChange, MemberChange } from "./changes";

/** The name of a field as forms call it. A field this console does not know is shown as the API names it. */
export function useFieldLabel(): (path: string) => string {
  const t = useTranslations("changes");
  return (path) => {
    if (path.startsWith("headers.")) return t("header", { name: path.slice("headers.".length) });
    const key = `fields.${path.replaceAll(".", "_")}` as "fields.name";
    return t.has(key) ? t(key) : path;
  };
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
/** Texts longer than this are folded. */
const shortMost = 120;

/** A stored value as its reader would say it. */
export function ValueText({ path, value }: { path: string; value: unknown }) {
  const t = useTranslations("changes");
  const tCommon = useTranslations("common");
  const format = useFormat();
  const dates = useDates();
  const leaf = path.slice(path.lastIndexOf(".") + 1);
  if (value === null || value === undefined || value === "") return t("nothing");
  if (typeof value === "boolean") return t(value ? "on" : "off");
  if (path.startsWith("limits.budgetUsd.")) return format.usd(String(value));
  if (leaf === "callPrice") return tCommon("perCall", { price: format.usd(String(value)) });
  if (leaf.endsWith("Price")) return format.price(String(value));
  if (typeof value === "number") return leaf.endsWith("Ms") ? format.duration(value) : format.integer(value);
  if (typeof value === "object") return <HeldText value={value as Record<string, unknown>} />;
  const text = String(value);
  if (isoTime.test(text)) return dates.dateTime(new Date(text), "full");
  if (leaf === "defaultLocale" && isLocale(text)) return endonyms[text];
  const word = `values.${leaf}_${text}` as "values.delivery_live";
  if (t.has(word)) return t(word);
  if (text.length <= shortMost && !text.includes("\n")) return <span className="break-all">{text}</span>;
  return (
    <details className="min-w-0">
      <summary className="cursor-pointer rounded-xs">{t("longText", { count: text.length })}</summary>
      <pre className="mt-1 max-h-60 overflow-auto whitespace-pre-wrap break-all rounded-control bg-muted p-2 font-mono text-small">
        {text}
      </pre>
    </details>
  );
}

/** A hold, or any other value of several parts. */
function HeldText({ value }: { value: Record<string, unknown> }) {
  const t = useTranslations("changes");
  const dates = useDates();
  if (!("until" in value)) return <code className="break-all font-mono text-small">{JSON.stringify(value)}</code>;
  const reason = typeof value.reason === "string" ? value.reason : "";
  return typeof value.until === "string"
    ? t("heldUntil", { until: dates.dateTime(new Date(value.until), "full"), reason })
    : t("heldOpen", { reason });
}

/** What became of a field. A value alone is its new state; lists and members are told as what happened to them. */
export function ChangeText({ change }: { change: FieldChange }) {
  const t = useTranslations("changes");
  if (change.kind === "secret") return t("secretChanged");
  if (change.kind === "value") return <ValueText path={change.path} value={change.after} />;
  const facts = change.kind === "members" ? change.changes.map((one) => memberFact(t, one)) : listFacts(t, change);
  return (
    <ul className="flex min-w-0 flex-col gap-0.5">
      {facts.map((fact) => (
        <li key={fact} className="break-words">
          {fact}
        </li>
      ))}
    </ul>
  );
}

type Translate = ReturnType<typeof useTranslations<"changes">>;

function memberFact(t: Translate, change: MemberChange): string {
  const { name } = change;
  switch (change.kind) {
    case "added":
    case "removed":
    case "reordered":
      return t(`member.${change.kind}`, { name, tier: change.tier });
    case "moved":
    case "weight":
      return t(`member.${change.kind}`, { name, from: change.from, to: change.to });
    default:
      return t(`member.${change.kind}`, { name });
  }
}

function listFacts(
  t: Translate,
  { added, removed, changed, reordered }: Extract<FieldChange, { kind: "list" }>,
): string[] {
  const facts = [
    ...added.map((name) => t("list.added", { name })),
    ...removed.map((name) => t("list.removed", { name })),
    ...changed.map((name) => t("list.changed", { name })),
  ];
  return reordered && facts.length === 0 ? [t("list.reordered")] : facts;
}
