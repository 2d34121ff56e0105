"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { finishReasons } from "@/lib/schemas/fail-keywords";
import { CheckRow } from "../check-row";
import { Field } from "../ui/field";
import { FormError } from "../ui/form-error";
import { NumberInput } from "../ui/number-input";
import type { Draft } from "./api";

/** What a rule that judges whole answers asks of them. */
export function AnswerFields({
  draft,
  set,
  fieldError,
}: {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  fieldError: (name: string) => string | undefined;
}) {
  const t = useTranslations("failKeywords");
  if (draft.match === "short")
    return (
      <Field label={t("fieldMinCharacters")} error={fieldError("minCharacters")}>
        <NumberInput
          value={draft.minCharacters}
          onValueChange={(minCharacters) => set({ minCharacters })}
          min={1}
          max={100_000}
          required
        />
      </Field>
    );
  return draft.match === "finish_reason" ? (
    <FinishReasons draft={draft} set={set} error={fieldError("finishReasons")} />
  ) : null;
}

function FinishReasons({
  draft,
  set,
  error,
}: {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  error: string | undefined;
}) {
  const t = useTranslations("failKeywords");
  const errorId = useId();
  return (
    <fieldset className="flex flex-col gap-1.5" aria-describedby={error && errorId}>
      <legend className="mb-1.5 p-0 font-medium text-body">{t("fieldFinishReasons")}</legend>
      <div className="rounded-control border py-1">
        {finishReasons.map((reason) => (
          <CheckRow
            key={reason}
            checked={draft.finishReasons.includes(reason)}
            onCheckedChange={(checked) =>
              set({
                finishReasons: finishReasons.filter((one) =>
                  one === reason ? checked : draft.finishReasons.includes(one),
                ),
              })
            }
          >
            <span className="min-w-0 text-small">{t(`finishReason.${reason}`)}</span>
          </CheckRow>
        ))}
      </div>
      <div id={errorId}>
        <FormError>{error ?? null}</FormError>
      </div>
    </fieldset>
  );
}
