"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import type { ExportedFile } from "@/lib/schemas/import";
import { NoteList } from "./problem-list";

const kinds = ["yaml", "json", "provider-json"] as const;
type Kind = (typeof kinds)[number];

function download({ name, content }: ExportedFile): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** The configuration as a file to keep, to edit, or to take elsewhere. */
export function ExportCard() {
  const t = useTranslations("configImport");
  const [kind, setKind] = useState<Kind>("yaml");
  const [references, setReferences] = useState(false);
  const save = useApiMutation({
    mutationFn: () => {
      const query = new URLSearchParams({
        notes: "1",
        ...(kind === "provider-json" ? { format: kind } : { as: kind, secrets: references ? "references" : "none" }),
      });
      return api.get<ExportedFile>(`/api/admin/export?${query}`);
    },
    onSuccess: download,
    refresh: false,
    success: ({ name }) => t("export.done", { name }),
  });
  const change = (step: () => void) => {
    step();
    save.reset();
  };
  return (
    <>
      <Card title={t("export.title")} description={t("export.description")}>
        <div className="flex flex-col gap-5">
          <Field label={t("format")} className="max-w-80">
            <Select<Kind>
              value={kind}
              onValueChange={(next) => change(() => setKind(next))}
              options={kinds.map((value) => ({ value, label: t(`export.kinds.${value}`) }))}
            />
          </Field>
          {kind !== "provider-json" && (
            <Field inline label={t("export.references")} hint={t("export.referencesHint")}>
              <Switch checked={references} onCheckedChange={(next) => change(() => setReferences(next))} />
            </Field>
          )}
          <div>
            <Button icon={Download} pending={save.isPending} onClick={() => save.mutate()}>
              {t("export.action")}
            </Button>
          </div>
        </div>
      </Card>
      {save.data && <NoteList notes={save.data.notes} />}
    </>
  );
}
