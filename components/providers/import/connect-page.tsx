"use client";

import { Plug } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useId, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import { Monogram } from "@/components/ui/monogram";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { ConnectionCheckView } from "@/lib/schemas/connection-check";
import type { PresetView } from "@/lib/schemas/presets";
import type { ProviderView } from "@/lib/schemas/providers";
import { PresetPicker, usePresets } from "../preset-picker";
import { ProviderFields } from "../provider-fields";
import { addressOf, createBody, hostOf, type ProviderDraft } from "../provider-form";
import { routeObjectKeys } from "../use-providers";
import { ConnectionStages } from "./connection-stages";
import { Steps } from "./steps";

/** What stands for "no preset" in the address of the page. */
const customName = "custom";

/** A new provider: a service, its address and key, and a look at whether it answers. The service is in the address. */
export function ConnectPage({ takenNames }: { takenNames: readonly string[] }) {
  const t = useTranslations("providers");
  const tNav = useTranslations("nav");
  const [chosen, setChosen] = useQueryState("preset", parseAsString.withOptions({ history: "push", scroll: true }));
  const presets = usePresets(true);
  const preset = presets.data?.items.find(({ id }) => id === chosen) ?? null;
  const waiting = chosen !== null && chosen !== customName && presets.isPending;
  const picking = chosen === null || (chosen !== customName && preset === null && !waiting);
  return (
    <PageBody>
      <PageHeader
        breadcrumb={{ href: "/providers", label: tNav("providers") }}
        title={
          picking ? t("picker.title") : preset ? t("form.createTitle", { preset: preset.name }) : t("form.customTitle")
        }
        description={picking ? t("picker.description") : undefined}
      />
      <Steps at="connect" reach="connect" onGo={() => {}} />
      {waiting ? (
        <Card>
          <SkeletonRows rows={6} />
        </Card>
      ) : picking ? (
        <Card>
          <PresetPicker onPick={(picked) => void setChosen(picked?.id ?? customName)} />
        </Card>
      ) : (
        <Connect key={chosen} preset={preset} takenNames={takenNames} onOther={() => void setChosen(null)} />
      )}
    </PageBody>
  );
}

function Connect({
  preset,
  takenNames,
  onOther,
}: {
  preset: PresetView | null;
  takenNames: readonly string[];
  onOther: () => void;
}) {
  const t = useTranslations("modelImport.connect");
  const tProviders = useTranslations("providers");
  const router = useRouter();
  const formId = useId();
  const [start] = useState({ preset, takenNames });
  const [draft, setDraft] = useState<ProviderDraft | null>(null);
  const host = draft && hostOf(draft, start);
  const save = useApiMutation({
    mutationFn: (typed: ProviderDraft) => api.post<ProviderView>("/api/admin/providers", createBody(typed, start)),
    invalidate: routeObjectKeys,
    refresh: false,
    success: ({ name }) => tProviders("form.created", { name }),
    onSuccess: ({ id }) => {
      // The form is left for good: Back leads to the services, never to a second one of the same.
      router.replace(`/providers/${id}/import?step=connect`);
      // The frame knows the icons of providers, and this one is new to it.
      router.refresh();
    },
  });
  const check = useApiMutation({
    mutationFn: (typed: ProviderDraft) =>
      api.post<ConnectionCheckView>("/api/admin/providers/check", checkBody(typed, start)),
    quiet: true,
    refresh: false,
    invalidate: [],
  });
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Card
        footer={
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            {t("save")}
          </Button>
        }
      >
        <div className="flex flex-col gap-5">
          <ChosenPreset preset={preset} onChange={onOther} />
          <ProviderFields
            id={formId}
            start={start}
            error={save.error}
            onSubmit={(typed) => save.mutate(typed)}
            onDraft={setDraft}
          />
        </div>
      </Card>
      <Card
        title={t("title")}
        description={host ? t("sentTo", { host }) : t("sentToNone")}
        actions={
          <Button
            size="compact"
            icon={Plug}
            disabled={!host}
            pending={check.isPending}
            onClick={() => draft && check.mutate(draft)}
          >
            {t("check")}
          </Button>
        }
      >
        <ConnectionStages check={check.data} pending={check.isPending} error={check.error} />
      </Card>
    </div>
  );
}

/** The body of POST /api/admin/providers/check. */
function checkBody(draft: ProviderDraft, start: { preset: PresetView | null; takenNames: readonly string[] }) {
  const headers = draft.headers.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]);
  return {
    protocol: draft.protocol,
    baseUrl: addressOf(draft, start),
    apiVersion: (draft.protocol === "azure" && draft.apiVersion.trim()) || null,
    ...(draft.apiKey.trim() !== "" && { apiKey: draft.apiKey.trim() }),
    headers: Object.fromEntries(headers),
  };
}

/** What the form was filled in from, where to read about it, and the way back. */
function ChosenPreset({ preset, onChange }: { preset: PresetView | null; onChange: () => void }) {
  const t = useTranslations("providers");
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card bg-muted px-3 py-2.5">
      {preset && <Monogram name={preset.name} letters={preset.letters} slot={preset.slot} />}
      <div className="flex min-w-0 flex-1 basis-40 flex-col">
        <span className="font-medium">{preset ? preset.name : t("picker.custom")}</span>
        <span className="flex flex-wrap gap-x-3 text-muted-foreground text-small">
          {preset ? t(`protocol.${preset.protocol}`) : t("picker.customHint")}
          {preset?.docsUrl && <ExternalLink href={preset.docsUrl}>{t("form.docs")}</ExternalLink>}
        </span>
      </div>
      <Button size="compact" onClick={onChange}>
        {t("form.changePreset")}
      </Button>
    </div>
  );
}
