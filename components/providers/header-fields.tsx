"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, IconButton } from "@/components/ui/button";
import { Fieldset } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { type HeaderEntry, typedOver } from "./provider-form";

/** Rows of a header's name and value, and what is wrong with them. */
export function HeaderFields({
  headers,
  onChange,
  error,
}: {
  headers: HeaderEntry[];
  onChange: (headers: HeaderEntry[]) => void;
  error: string | undefined;
}) {
  const t = useTranslations("providers.form");
  const change = (id: number, part: Partial<HeaderEntry>) =>
    onChange(headers.map((header) => (header.id === id ? { ...header, ...part } : header)));
  const nextId = Math.max(-1, ...headers.map(({ id }) => id)) + 1;
  return (
    <Fieldset legend={t("headers")} hint={t("headersHint")} className="gap-2">
      {headers.map((header, index) => (
        <div key={header.id} className="grid grid-cols-[1fr_auto] items-center gap-2 sm:grid-cols-[2fr_3fr_auto]">
          <Input
            mono
            value={header.name}
            onValueChange={(name) => change(header.id, { name })}
            aria-label={t("headerName", { number: index + 1 })}
            placeholder="x-team"
            spellCheck={false}
            autoCapitalize="none"
            className="max-sm:col-start-1"
          />
          <Input
            mono
            value={header.value}
            onValueChange={(value) => change(header.id, { value: typedOver(header.value, value) })}
            aria-label={t("headerValue", { number: index + 1 })}
            spellCheck={false}
            autoCapitalize="none"
            className="max-sm:col-start-1"
          />
          <IconButton
            icon={X}
            label={t("removeHeader", { number: index + 1 })}
            onClick={() => onChange(headers.filter(({ id }) => id !== header.id))}
            className="max-sm:col-start-2 max-sm:row-start-1"
          />
        </div>
      ))}
      {error && (
        <p role="alert" className="text-danger text-small">
          {error}
        </p>
      )}
      <div>
        <Button size="compact" icon={Plus} onClick={() => onChange([...headers, { id: nextId, name: "", value: "" }])}>
          {t("addHeader")}
        </Button>
      </div>
    </Fieldset>
  );
}
