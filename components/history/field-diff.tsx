"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { ChangeText, useFieldLabel, ValueText } from "./change-text";
import { fieldChanges } from "./changes";

/**
 * What differs between two states of an object, a line a field: old → new. `labelOf` names fields where a page has words
 * of its own for them.
 */
export function FieldDiff({
  before,
  after,
  labelOf,
}: {
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  labelOf?: (path: string) => string;
}) {
  const t = useTranslations("changes");
  const fieldLabel = useFieldLabel();
  const label = labelOf ?? fieldLabel;
  const changes = fieldChanges(before, after);
  if (changes.length === 0) return <p className="text-muted-foreground text-small">{t("noFields")}</p>;
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-2 text-small sm:grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)]">
      {changes.map((change) => (
        <div key={change.path} className="contents">
          <dt className="break-words text-muted-foreground max-sm:-mb-1.5">{label(change.path)}</dt>
          <dd className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-0.5">
            {change.kind === "value" && before !== null && after !== null && (
              <>
                <del className="min-w-0 text-muted-foreground no-underline">
                  <span className="sr-only">{t("was")} </span>
                  <ValueText path={change.path} value={change.before} />
                </del>
                <ArrowRight aria-hidden className="size-3.5 shrink-0 self-center text-muted-foreground" />
              </>
            )}
            <ins className="min-w-0 font-medium no-underline">
              {change.kind === "value" && <span className="sr-only">{t("now")} </span>}
              {change.kind === "value" && after === null ? (
                <ValueText path={change.path} value={change.before} />
              ) : (
                <ChangeText change={change} />
              )}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
