"use client";

import { Pencil, Power, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";
import { isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { ProviderView } from "@/lib/schemas/providers";
import { clockNames, hasWireApi } from "../provider-form";

/** How a provider is called, and the two acts that end that. */
export function SettingsTab({
  provider,
  onEdit,
  onToggle,
  onDelete,
  pending,
}: {
  provider: ProviderView;
  onEdit: () => void;
  onToggle: () => void;
  onDelete: () => void;
  pending: boolean;
}) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const format = useFormat();
  const may = useMay();
  const locked = isFromFile(provider);
  const isDemo = provider.protocol === "demo";
  const clocks = clockNames.flatMap((clock) => {
    const ms = provider.timeouts[clock];
    return ms === undefined ? [] : [`${t(`timeout.${clock}`)} ${format.duration(ms)}`];
  });
  const facts: [string, string][] = isDemo
    ? [[t("detail.protocol"), t("protocol.demo")]]
    : [
        [t("detail.address"), provider.baseUrl],
        [t("detail.protocol"), t(`protocol.${provider.protocol}`)],
        [
          t("detail.apiVersion"),
          provider.protocol === "azure" ? (provider.apiVersion ?? t("detail.apiVersionNone")) : "",
        ],
        [t("detail.wireApi"), hasWireApi(provider.protocol) ? t(`form.wireApiOption.${provider.wireApi}`) : ""],
        [t("detail.headers"), Object.keys(provider.headers).join(", ")],
        [
          t("detail.maxInFlight"),
          provider.maxInFlight === null ? t("detail.noLimit") : format.integer(provider.maxInFlight),
        ],
        [t("detail.timeouts"), clocks.length > 0 ? clocks.join(" · ") : t("detail.inherited")],
      ];
  return (
    <div className="flex flex-col gap-6">
      <Card
        title={t("detail.overview")}
        actions={
          may("write") && (
            <Button size="compact" icon={Pencil} disabled={locked} onClick={onEdit}>
              {t("detail.edit")}
            </Button>
          )
        }
      >
        <div className="flex flex-col gap-4">
          {isDemo && <p className="text-muted-foreground">{t("demoNote")}</p>}
          <dl className="grid grid-cols-[minmax(96px,auto)_1fr] gap-x-6 gap-y-2 text-small">
            {[
              ...facts,
              [t("detail.retries"), format.integer(provider.retries)] as const,
              [t("columns.tags"), provider.tags.join(", ")] as const,
            ].map(([label, value]) =>
              value === "" ? null : (
                <div key={label} className="contents">
                  <dt className="text-muted-foreground">{label}</dt>
                  <dd className="min-w-0 break-words">{value}</dd>
                </div>
              ),
            )}
          </dl>
        </div>
      </Card>
      {may("write") && (
        <Card flush title={t("danger.title")}>
          <ul className="flex flex-col divide-y">
            <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
              <span className="min-w-0 flex-1 basis-64 text-small">
                {t(provider.enabled ? "danger.disable" : "danger.enable")}
              </span>
              <Button icon={Power} disabled={locked} pending={pending} onClick={onToggle}>
                {tCommon(provider.enabled ? "disable" : "enable")}
              </Button>
            </li>
            <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
              <span className="min-w-0 flex-1 basis-64 text-small">{t("danger.delete")}</span>
              <Button variant="danger" icon={Trash2} disabled={locked} onClick={onDelete}>
                {tCommon("delete")}
              </Button>
            </li>
          </ul>
        </Card>
      )}
    </div>
  );
}
