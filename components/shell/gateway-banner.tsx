"use client";

import { Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDates } from "../format";
import { useGatewayStatus } from "./gateway-state";

/** Above every page while the data plane cannot be asked. The console goes on working on what is stored. */
export function GatewayBanner() {
  const t = useTranslations("shell.gateway");
  const dates = useDates();
  const status = useGatewayStatus();
  return (
    <div role="status">
      {status?.answering === false && (
        <div className="flex items-start gap-2.5 border-b bg-warning-surface px-4 py-2.5 text-warning md:px-6">
          <Unplug aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
          <p className="min-w-0 text-body">
            <strong className="font-semibold">{t("title")}</strong>
            <span className="block">
              {status.heardAt === null
                ? t("unheard")
                : t("heard", { time: dates.dateTime(new Date(status.heardAt), "log") })}
            </span>
          </p>
        </div>
      )}
    </div>
  );
}
