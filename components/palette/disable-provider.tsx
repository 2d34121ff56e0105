"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Plug } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import type { Page } from "@/lib/schemas/common";
import type { ImpactView } from "@/lib/schemas/deployments";
import type { ProviderView } from "@/lib/schemas/providers";
import { api, useApiMutation, useErrorText } from "../api-client";
import { useFormat, useSentenceGap } from "../format";
import { ConfirmDialog } from "../ui/dialog";
import { Group, Item, Panel } from "./panel";

export type ProviderChoice = Pick<ProviderView, "id" | "name">;

/** The providers that are on and can be changed here. */
export function ChooseProvider({ onChoose }: { onChoose: (provider: ProviderChoice) => void }) {
  const t = useTranslations("palette");
  const [typed, setTyped] = useState("");
  const list = useQuery({
    queryKey: ["palette-providers"],
    queryFn: () => api.get<Page<ProviderView>>("/api/admin/providers?limit=500"),
  });
  const choices = list.data?.items.filter(({ enabled, source }) => enabled && source === "console") ?? [];
  return (
    <Panel typed={typed} onTyped={setTyped} placeholder={t("disable.placeholder")} busy={list.isFetching}>
      <Command.Empty className="px-3 py-8 text-center text-body text-muted-foreground">
        {list.isPending ? t("searching") : list.isError ? t("failed") : t("disable.none")}
      </Command.Empty>
      <Group heading={t("action.disableProvider")}>
        {choices.map(({ id, name }) => (
          <Item key={id} value={`${name} ${id}`} icon={Plug} onSelect={() => onChoose({ id, name })}>
            {name}
          </Item>
        ))}
      </Group>
    </Panel>
  );
}

/** Asks with what would be touched; once done, it can be taken back for ten seconds. */
export function DisableProvider({ provider, onClose }: { provider: ProviderChoice; onClose: () => void }) {
  const t = useTranslations("palette.disable");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const impact = useQuery({
    queryKey: ["provider-impact", provider.id],
    queryFn: () => api.get<ImpactView>(`/api/admin/providers/${provider.id}/impact`),
  });
  const change = useApiMutation({
    mutationFn: (enabled: boolean) => api.patch(`/api/admin/providers/${provider.id}`, { enabled }),
    invalidate: [["providers"], ["groups"]],
    onSuccess: onClose,
    success: (_answer, enabled) =>
      enabled ? tCommon("saved") : { title: t("done", { name: provider.name }), onUndo: () => change.mutate(true) },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title", { name: provider.name })}
      description={
        impact.data ? <Impact impact={impact.data} /> : impact.error ? errorText(impact.error) : t("loading")
      }
      confirmLabel={tCommon("disable")}
      pending={change.isPending}
      onConfirm={() => change.mutate(false)}
    />
  );
}

function Impact({ impact }: { impact: ImpactView }) {
  const t = useTranslations("palette.disable");
  const format = useFormat();
  const lists = useFormatter();
  const gap = useSentenceGap();
  const calls = impact.groups.reduce((sum, group) => sum + group.calls, 0);
  const served = impact.groups.reduce((sum, group) => sum + group.served, 0);
  const alone = impact.groups.filter(({ enabled, left }) => enabled && left === 0).map(({ name }) => name);
  return (
    <>
      {t("body", { groups: impact.groups.length, keys: impact.keys })}
      {gap}
      {calls > 0 && `${t("share", { share: format.percentShort(served / calls) })}${gap}`}
      {alone.length > 0 && t("alone", { names: lists.list(alone) })}
    </>
  );
}
