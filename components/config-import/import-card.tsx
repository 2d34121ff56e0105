"use client";

import { FileUp, GitCompareArrows, Upload, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ChangeEvent, type DragEvent, type FormEvent, useRef, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { PasswordInput, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import {
  databaseBytesMost,
  type ImportFormat,
  type ImportMode,
  type ImportOverview,
  type ImportReport,
  importModes,
} from "@/lib/schemas/import";
import { ImportResult } from "./import-result";
import { type Choice, canApply, contentOf, emptySource, isEmpty, type Source, sourceOf } from "./source";

type Formats = ImportOverview["formats"];

/** A document in, what it would change out, and only then the change itself. */
export function ImportCard({ formats }: { formats: Formats }) {
  const t = useTranslations("configImport");
  const [source, setSource] = useState<Source>(emptySource);
  const [choice, setChoice] = useState<Choice>({ format: "auto", mode: "merge", options: {} });
  const [asking, setAsking] = useState(false);
  /** The format that was found by itself: what else it needs is asked for once it is known. */
  const [found, setFound] = useState<ImportFormat | null>(null);
  const wanted = options(formats, choice.format === "auto" ? found : choice.format);
  const send = (dryRun: boolean, version?: number) =>
    api.post<ImportReport>("/api/admin/import", {
      ...contentOf(source),
      format: choice.format,
      mode: choice.mode,
      dryRun,
      ...(version !== undefined && { version }),
      ...(wanted.length > 0 && {
        options: Object.fromEntries(wanted.map((name) => [name, choice.options[name] ?? ""])),
      }),
    });
  const compare = useApiMutation({
    mutationFn: () => send(true),
    refresh: false,
    onSuccess: ({ format }) => setFound(format),
  });
  const apply = useApiMutation({
    mutationFn: (version: number) => send(false, version),
    invalidate: [["providers"], ["groups"], ["keys"], ["fail-keywords"], ["import"]],
    onSuccess: () => setAsking(false),
    success: ({ applied, added, changed, removed }) =>
      applied
        ? t("applied", { added: added.length, changed: changed.length, removed: removed.length })
        : { title: t("notApplied"), tone: "danger" as const },
  });
  const fieldError = useFieldErrors(compare.error ?? apply.error);
  const report = apply.data ?? compare.data;
  /** What is shown no longer speaks of what is entered. */
  const change = (step: () => void) => {
    step();
    compare.reset();
    apply.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply.reset();
    compare.mutate();
  };
  const start = (result: ImportReport) => (result.removed.length > 0 ? setAsking(true) : apply.mutate(result.version));
  return (
    <>
      <Card title={t("import.title")} description={t("import.description")}>
        <form onSubmit={submit} className="flex flex-col gap-5">
          <SourceField
            source={source}
            onChange={(next) =>
              change(() => {
                setSource(next);
                setFound(null);
              })
            }
            error={fieldError("content") ?? fieldError("contentBase64")}
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label={t("format")} error={fieldError("format")}>
              <Select
                value={choice.format}
                onValueChange={(format) => change(() => setChoice({ ...choice, format }))}
                options={[
                  { value: "auto", label: t("formatAuto") },
                  ...formats.map(({ name }) => ({ value: name, label: t(`formats.${name}`) })),
                ]}
              />
            </Field>
            <Field label={t("mode")} error={fieldError("mode")}>
              <Select<ImportMode>
                value={choice.mode}
                onValueChange={(mode) => change(() => setChoice({ ...choice, mode }))}
                options={importModes.map((mode) => ({
                  value: mode,
                  label: t(`modes.${mode}`),
                  hint: t(`modeHints.${mode}`),
                }))}
              />
            </Field>
          </div>
          {wanted.map((name) => (
            <Field
              key={name}
              label={t(`options.${name}` as "options.encryptionKey")}
              optional
              hint={t(`optionHints.${name}` as "optionHints.encryptionKey")}
            >
              <PasswordInput
                value={choice.options[name] ?? ""}
                onValueChange={(value) =>
                  change(() => setChoice({ ...choice, options: { ...choice.options, [name]: value } }))
                }
                autoComplete="off"
              />
            </Field>
          ))}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" icon={GitCompareArrows} pending={compare.isPending} disabled={isEmpty(source)}>
              {t("compare")}
            </Button>
            {compare.data && !apply.data && (
              <Button
                variant="primary"
                icon={Upload}
                pending={apply.isPending}
                disabled={!canApply(compare.data)}
                onClick={() => start(compare.data)}
              >
                {t("apply", { count: countOf(compare.data) })}
              </Button>
            )}
          </div>
        </form>
      </Card>
      <div role="status" className="flex flex-col gap-6 empty:hidden">
        {report && <ImportResult report={report} />}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("confirmTitle", { count: compare.data?.removed.length ?? 0 })}
        description={t("confirmBody")}
        confirmLabel={t("confirmAction")}
        pending={apply.isPending}
        onConfirm={() => {
          if (compare.data) apply.mutate(compare.data.version);
        }}
      />
    </>
  );
}

const countOf = ({ added, changed, removed }: ImportReport) => added.length + changed.length + removed.length;

/** What the chosen format needs besides the file; with "automatic", what any of them does. */
function options(formats: Formats, chosen: string | null): string[] {
  return formats.find(({ name }: { name: ImportFormat }) => name === chosen)?.options ?? [];
}

function SourceField({
  source,
  onChange,
  error,
}: {
  source: Source;
  onChange: (source: Source) => void;
  error: string | undefined;
}) {
  const t = useTranslations("configImport");
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > databaseBytesMost);
    if (file.size <= databaseBytesMost) onChange(await sourceOf(file));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the button below
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn("flex flex-col gap-3 rounded-card", over && "outline-2 outline-primary outline-offset-4")}
    >
      {source.kind === "file" ? (
        <div className="flex items-center justify-between gap-3 rounded-card bg-muted px-3 py-2">
          <span className="min-w-0 break-words">
            {t("file", { name: source.name, kilobytes: format.integer(Math.ceil(source.size / 1024)) })}
          </span>
          <IconButton icon={X} label={t("removeFile")} onClick={() => onChange(emptySource)} />
        </div>
      ) : (
        <Field label={t("content")} hint={t("contentHint")} error={error}>
          <Textarea
            mono
            rows={8}
            value={source.text}
            onValueChange={(text) => onChange({ kind: "text", text })}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="none"
          />
        </Field>
      )}
      {source.kind === "file" && <FormError>{error}</FormError>}
      <FormError>{tooLarge && t("tooLarge")}</FormError>
      <div>
        <input
          ref={input}
          type="file"
          hidden
          onChange={(event: ChangeEvent<HTMLInputElement>) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <Button icon={FileUp} onClick={() => input.current?.click()}>
          {t("chooseFile")}
        </Button>
      </div>
    </div>
  );
}
