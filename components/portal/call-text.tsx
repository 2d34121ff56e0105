"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { PortalCallDetailView, PortalCallView } from "@/lib/schemas/portal";
import { useDates } from "../format";
import { QueryError } from "../query-error";
import { CodeBlock } from "../ui/code-block";
import { Sheet } from "../ui/sheet";
import { portalApi } from "./portal-api";

/** What was sent and answered in one call, always as inert text. */
export function CallText({ call, onClose }: { call: PortalCallView | null; onClose: () => void }) {
  const t = useTranslations("portal.calls");
  const tCommon = useTranslations("common");
  const dates = useDates();
  const id = call?.id ?? "";
  const detail = useQuery({
    queryKey: ["portal", "calls", id],
    queryFn: () => portalApi.get<PortalCallDetailView>(`calls/${id}`),
    enabled: call !== null,
  });
  const bodies = detail.data?.bodies;
  return (
    <Sheet
      open={call !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="detail"
      title={t("text")}
      description={call && `${dates.dateTime(new Date(call.at), "log")} · ${call.requestId}`}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <QueryError query={detail} />
        {detail.isPending && <p className="text-muted-foreground">{tCommon("loading")}</p>}
        {detail.data && !bodies && <p className="text-body text-muted-foreground">{t("noText")}</p>}
        {bodies?.truncated && <p className="text-small text-warning">{t("truncated")}</p>}
        {bodies?.request && <CodeBlock code={bodies.request} label={t("sent")} wrap />}
        {bodies?.response && <CodeBlock code={bodies.response} label={t("answered")} wrap />}
      </div>
    </Sheet>
  );
}
