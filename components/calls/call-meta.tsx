"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useFormat, useReasonText } from "../format";
import { ProviderIcon } from "../provider-icon";
import { CopyButton } from "../ui/copy-button";
import { LogTime } from "../ui/relative-time";
import { FactsList } from "./facts-list";
import { flagsOf } from "./flags";

/** Ids, times, what the client said about itself, and the receipt as it was stored. */
export function CallMeta({ call }: { call: CallDetailView }) {
  const t = useTranslations("calls.detail");
  const format = useFormat();
  const reasonText = useReasonText();
  const { others, dropped } = flagsOf(call.flags);
  const flags = others.map((flag) => t("flagOf", { flag }));
  if (dropped.length > 0) flags.push(t("droppedFeatures", { features: dropped.join(", ") }));
  const link = (href: string, words: string) => (
    <Link href={href} className="break-all text-primary hover:underline">
      {words}
    </Link>
  );
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <FactsList
        facts={[
          { name: t("requestId"), value: <Id text={call.requestId} label={t("copyRequestId")} /> },
          { name: t("callId"), value: <Id text={call.id} /> },
          { name: t("clientRequestId"), value: call.clientRequestId && <Id text={call.clientRequestId} /> },
          { name: t("at"), value: <LogTime at={call.at} /> },
          { name: t("endpoint"), value: <code className="text-small">{call.endpoint}</code> },
          { name: t("status"), value: call.status },
          { name: t("streamed"), value: call.stream ? t("yes") : t("no") },
          { name: t("asked"), value: call.model && <code className="break-all text-small">{call.model}</code> },
          {
            name: t("answeredWith"),
            value: call.servedModel && <code className="break-all text-small">{call.servedModel}</code>,
          },
          {
            name: t("servedBy"),
            value: call.provider && (
              <span className="inline-flex min-w-0 items-center gap-2">
                <ProviderIcon size="small" name={call.provider.name} />
                {link(`/providers/${call.provider.id}`, call.provider.name)}
              </span>
            ),
          },
          {
            name: t("group"),
            value:
              call.group &&
              (call.group.id.startsWith("raw:") ? call.group.name : link(`/groups/${call.group.id}`, call.group.name)),
          },
          { name: t("key"), value: call.key && link(`/keys/${call.key.id}`, call.key.name) },
          {
            name: t("session"),
            value: call.sessionId && link(`/logs?session=${encodeURIComponent(call.sessionId)}`, call.sessionId),
          },
          { name: t("clientIp"), value: call.clientIp },
          { name: t("userAgent"), value: call.userAgent },
          { name: t("overhead"), value: call.overheadMs === null ? null : format.duration(call.overheadMs) },
          { name: t("strategy"), value: t("strategyOf", { strategy: call.receipt.strategy }) },
          { name: t("policyVersion"), value: call.receipt.policyVersion },
          { name: t("stop"), value: reasonText(call.receipt.stop) },
          { name: t("flags"), value: flags.length > 0 ? flags.join("; ") : t("noFlags") },
        ]}
      />
    </div>
  );
}

function Id({ text, label }: { text: string; label?: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      <code className="break-all text-small">{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}
