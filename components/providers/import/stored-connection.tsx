"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Pencil, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api } from "@/components/api-client";
import { isFromFile } from "@/components/from-file";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { ConnectionCheckView } from "@/lib/schemas/connection-check";
import type { ProviderView } from "@/lib/schemas/providers";
import { EditProviderSheet } from "../provider-sheet";
import { ConnectionStages } from "./connection-stages";

const freshMs = 60_000;

/** The first step of a provider that is stored: what is known of it, and whether it answers. Nothing is typed again. */
export function StoredConnection({ provider, onNext }: { provider: ProviderView; onNext: () => void }) {
  const t = useTranslations("modelImport.connect");
  const tProviders = useTranslations("providers");
  const tImport = useTranslations("modelImport");
  const tCommon = useTranslations("common");
  const [editing, setEditing] = useState(false);
  const check = useQuery({
    queryKey: ["connection-check", provider.id, provider.version],
    queryFn: () => api.post<ConnectionCheckView>(`/api/admin/providers/${provider.id}/check`),
    staleTime: freshMs,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const facts = [
    [tProviders("detail.address"), provider.baseUrl],
    [tProviders("detail.protocol"), tProviders(`protocol.${provider.protocol}`)],
    [tProviders("credentials.title"), provider.credentials.map(({ preview }) => preview).join(", ") || tCommon("none")],
  ] as const;
  return (
    <>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card
          title={t("stored")}
          actions={
            <Button size="compact" icon={Pencil} disabled={isFromFile(provider)} onClick={() => setEditing(true)}>
              {tCommon("edit")}
            </Button>
          }
        >
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-small">
            {facts.map(([label, value]) => (
              <div key={label} className="contents">
                <dt className="text-muted-foreground">{label}</dt>
                <dd className="min-w-0 break-all">{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <Card
          title={t("title")}
          actions={
            <Button size="compact" icon={RotateCw} pending={check.isFetching} onClick={() => void check.refetch()}>
              {t("again")}
            </Button>
          }
        >
          <ConnectionStages check={check.data} pending={check.isFetching} error={check.error} />
        </Card>
      </div>
      <div className="flex justify-end">
        <Button variant="primary" icon={ArrowRight} onClick={onNext}>
          {tImport("continue")}
        </Button>
      </div>
      <EditProviderSheet open={editing} onOpenChange={setEditing} provider={provider} />
    </>
  );
}
