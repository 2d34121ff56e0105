"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckRow } from "@/components/check-row";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge } from "@/components/providers/live-state";
import { Input } from "@/components/ui/input";
import type { DeploymentView } from "@/lib/schemas/deployments";

/** Rows drawn at once; typing narrows the rest. */
const shownMost = 100;

/** Chooses deployments by name; `value` keeps the order in which they were chosen. */
export function MemberPicker({
  deployments,
  value,
  onChange,
}: {
  deployments: readonly DeploymentView[];
  value: readonly string[];
  onChange: (deploymentIds: readonly string[]) => void;
}) {
  const t = useTranslations("groups.picker");
  const [search, setSearch] = useState("");
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
  const matching = deployments.filter(({ name, model, provider }) => {
    const text = `${provider.name}/${name} ${model}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const shown = matching.slice(0, shownMost);
  if (deployments.length === 0) return <p className="text-muted-foreground text-small">{t("none")}</p>;
  return (
    <div className="flex flex-col gap-2">
      <Input
        type="search"
        value={search}
        onValueChange={setSearch}
        placeholder={t("search")}
        aria-label={t("search")}
      />
      {shown.length === 0 ? (
        <p className="py-4 text-center text-muted-foreground">{t("noMatch", { query: search })}</p>
      ) : (
        <ul className="max-h-68 divide-y overflow-y-auto rounded-card border">
          {shown.map((deployment) => {
            const position = value.indexOf(deployment.id);
            return (
              <li key={deployment.id}>
                <CheckRow
                  checked={position >= 0}
                  onCheckedChange={(on) =>
                    onChange(on ? [...value, deployment.id] : value.filter((id) => id !== deployment.id))
                  }
                >
                  <ProviderIcon size="small" name={deployment.provider.name} />
                  <span className="min-w-0 flex-1 break-all text-small">
                    <span className="text-muted-foreground">{deployment.provider.name}/</span>
                    {deployment.name}
                  </span>
                  {position >= 0 ? (
                    <span className="text-caption text-muted-foreground">
                      {t("position", { position: position + 1 })}
                    </span>
                  ) : (
                    <LiveStateBadge state={deployment.state?.state ?? "unknown"} />
                  )}
                </CheckRow>
              </li>
            );
          })}
        </ul>
      )}
      <p aria-live="polite" className="flex flex-wrap justify-between gap-2 text-muted-foreground text-small">
        <span>{t("chosen", { count: value.length })}</span>
        {matching.length > shown.length && <span>{t("more", { count: matching.length - shown.length })}</span>}
      </p>
    </div>
  );
}
