"use client";

import { useTranslations } from "next-intl";
import { Field, Fieldset } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import type { ClockName, ProviderDraft } from "./provider-form";

/** Clocks in milliseconds; an empty one is inherited. Needs the `providers` messages. */
export function TimeoutFields({
  timeouts,
  onChange,
  fieldError,
  clocks,
}: {
  timeouts: ProviderDraft["timeouts"];
  onChange: (timeouts: ProviderDraft["timeouts"]) => void;
  fieldError: (path: string) => string | undefined;
  clocks: readonly ClockName[];
}) {
  const t = useTranslations("providers");
  const change = (clock: ClockName, value: number | null) => {
    const { [clock]: _old, ...rest } = timeouts;
    onChange(value === null ? rest : { ...rest, [clock]: value });
  };
  return (
    <Fieldset legend={t("form.timeouts")} hint={t("form.timeoutsHint")}>
      <div className="grid gap-4 sm:grid-cols-2">
        {clocks.map((clock) => (
          <Field key={clock} label={t(`timeout.${clock}`)} error={fieldError(`timeouts.${clock}`)}>
            <NumberInput
              value={timeouts[clock] ?? null}
              onValueChange={(value) => change(clock, value)}
              min={100}
              step={1000}
              unit={t("milliseconds")}
            />
          </Field>
        ))}
      </div>
    </Fieldset>
  );
}
