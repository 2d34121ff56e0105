"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { useDates } from "@/components/format";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Sheet } from "@/components/ui/sheet";
import { type ModelOffer, type PriceField, priceFields } from "@/lib/schemas/models";
import { modelKeys } from "./model-keys";

/** New prices of one deployment, from now on or from a moment to come. */
export function PriceSheet({ offer, onClose }: { offer: ModelOffer; onClose: () => void }) {
  const t = useTranslations("models.edit");
  const tFields = useTranslations("providers.models");
  const tCommon = useTranslations("common");
  const dates = useDates();
  const formId = useId();
  const [prices, setPrices] = useState<Record<PriceField, string>>({
    inputPrice: offer.inputPrice ?? "",
    outputPrice: offer.outputPrice ?? "",
    cachedInputPrice: offer.cachedInputPrice ?? "",
    cacheWritePrice: offer.cacheWritePrice ?? "",
    callPrice: offer.callPrice ?? "",
  });
  const [when, setWhen] = useState<"now" | "later">("now");
  const [moment, setMoment] = useState("");
  const at = new Date(moment);
  const planned = when === "later" && !Number.isNaN(at.getTime());
  const save = useApiMutation({
    mutationFn: () =>
      api.post("/api/admin/models/price-changes", {
        deploymentId: offer.id,
        effectiveAt: planned ? at.toISOString() : null,
        ...Object.fromEntries(priceFields.map((name) => [name, prices[name].trim() || null])),
      }),
    invalidate: modelKeys,
    success: () =>
      planned
        ? t("planned", { name: offer.name, when: dates.dateTime(at, "instant") })
        : t("saved", { name: offer.name }),
    onSuccess: onClose,
  });
  const fieldError = useFieldErrors(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title", { name: offer.name })}
      description={offer.provider.name}
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            {t(when === "later" ? "plan" : "save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-5">
        <FormAlert error={save.error} shown={[...priceFields, "effectiveAt"]} />
        <p className="text-muted-foreground text-small">{tFields("pricesHint")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {priceFields.map((name) => (
            <Field key={name} label={tFields(name)} error={fieldError(name)}>
              <Input
                inputMode="decimal"
                className="text-end tabular-nums"
                value={prices[name]}
                placeholder="–"
                autoComplete="off"
                onValueChange={(text) => setPrices((before) => ({ ...before, [name]: text }))}
              />
            </Field>
          ))}
        </div>
        <Field label={t("when")} hint={t("whenHint")}>
          <Select
            value={when}
            onValueChange={setWhen}
            options={[
              { value: "now", label: t("now") },
              { value: "later", label: t("later") },
            ]}
          />
        </Field>
        {when === "later" && (
          <Field label={t("moment")} hint={t("momentHint")} error={fieldError("effectiveAt")}>
            <Input type="datetime-local" required value={moment} onValueChange={setMoment} />
          </Field>
        )}
      </form>
    </Sheet>
  );
}
