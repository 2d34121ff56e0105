"use client";

import { Minus, PencilLine, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { usePages } from "@/components/providers/import/pager";
import { Badge } from "@/components/ui/badge";
import type { ConfigChange, ConfigDiff } from "@/lib/schemas/import";

const looks = {
  added: { tone: "ready", icon: Plus },
  changed: { tone: "info", icon: PencilLine },
  removed: { tone: "failed", icon: Minus },
} as const;

/** One of the three parts of a comparison. Names of fields are those of the management API. */
export function ChangeList({ kind, changes }: { kind: keyof ConfigDiff; changes: readonly ConfigChange[] }) {
  const t = useTranslations("configImport");
  const { shown, pager } = usePages(changes);
  if (changes.length === 0) return null;
  const { tone, icon } = looks[kind];
  return (
    <section aria-label={t(`changes.${kind}`)} className="border-t first:border-t-0">
      <h3 className="px-4 pt-3 pb-1">
        <Badge tone={tone} icon={icon}>
          {t(`changesCount.${kind}`, { count: changes.length })}
        </Badge>
      </h3>
      <ul className="flex flex-col divide-y">
        {shown.map((change) => (
          <li key={`${change.kind} ${change.name}`} className="flex min-w-0 flex-col gap-1 px-4 py-2">
            <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              <span className="text-caption text-muted-foreground">{t(`kinds.${change.kind}`)}</span>
              <span className="min-w-0 break-all font-medium">{change.name}</span>
            </span>
            {change.fields.length > 0 && <Fields kind={kind} fields={change.fields} />}
          </li>
        ))}
      </ul>
      {pager}
    </section>
  );
}

function Fields({ kind, fields }: { kind: keyof ConfigDiff; fields: ConfigChange["fields"] }) {
  const t = useTranslations("configImport");
  return (
    <ul className="flex min-w-0 flex-col gap-0.5 text-small">
      {fields.map(({ field, before, after }) => (
        <li key={field} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <code className="break-all text-muted-foreground">{field}</code>
          {kind === "changed" && !isSecret(field) && (
            <>
              <del className="min-w-0 break-all text-muted-foreground">
                <Value value={before} />
              </del>
              <span aria-hidden>→</span>
              <span className="sr-only">{t("becomes")}</span>
            </>
          )}
          <span className="min-w-0 break-all">{isSecret(field) ? t("secretGiven") : <Value value={after} />}</span>
        </li>
      ))}
    </ul>
  );
}

/** Fields whose values never leave the server. */
const isSecret = (field: string): boolean => field === "secret" || field === "key" || field.startsWith("headers.");

function Value({ value }: { value: unknown }) {
  const t = useTranslations("configImport");
  const tCommon = useTranslations("common");
  if (value === null || value === "") return tCommon("none");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.length === 0 ? tCommon("none") : value.join(", ");
  if (isPlace(value)) {
    return t(value.enabled ? "place" : "placeOff", { priority: value.priority, weight: value.weight });
  }
  return String(value);
}

function isPlace(value: unknown): value is { priority: number; weight: number; enabled: boolean } {
  return typeof value === "object" && value !== null && "priority" in value && "weight" in value;
}
