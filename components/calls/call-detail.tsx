"use client";

import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useErrorCodeText, useFormat } from "../format";
import { useShortcut } from "../shortcuts/use-shortcut";
import { Badge } from "../ui/badge";
import { Money } from "../ui/money";
import { LogTime } from "../ui/relative-time";
import { Tabs } from "../ui/tabs";
import { CallCost } from "./call-cost";
import { CallMessages } from "./call-messages";
import { CallMeta } from "./call-meta";
import { CallRaw } from "./call-raw";
import { CallRoute } from "./call-route";
import { OutcomeBadge } from "./outcome-badge";

const tabNames = ["route", "messages", "raw", "cost", "meta"] as const;

/** Everything about one call, in five tabs. The tab is in the URL. */
export function CallDetail({ call, mayReadBodies }: { call: CallDetailView; mayReadBodies: boolean }) {
  const t = useTranslations("calls.detail");
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabNames).withDefault("route"));
  useShortcut("call.bodies", () => void setTab(tab === "messages" ? "route" : "messages"), { inDialog: true });
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <CallSummary call={call} />
      <Tabs
        label={t("tabs")}
        value={tab}
        onValueChange={(next) => void setTab(next)}
        tabs={[
          { value: "route", label: t("route"), content: <CallRoute call={call} /> },
          {
            value: "messages",
            label: t("messages"),
            content: <CallMessages call={call} mayReadBodies={mayReadBodies} />,
          },
          { value: "raw", label: t("raw"), content: <CallRaw call={call} mayReadBodies={mayReadBodies} /> },
          { value: "cost", label: t("cost"), content: <CallCost call={call} /> },
          { value: "meta", label: t("meta"), content: <CallMeta call={call} /> },
        ]}
      />
    </div>
  );
}

function CallSummary({ call }: { call: CallDetailView }) {
  const t = useTranslations("calls.detail");
  const format = useFormat();
  const errorText = useErrorCodeText();
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <OutcomeBadge outcome={call.outcome} />
        {call.demo && (
          <Badge tone="neutral" icon={false}>
            {t("demo")}
          </Badge>
        )}
        <span className="font-mono text-small">{call.status}</span>
        <span className="text-muted-foreground text-small">
          <LogTime at={call.at} />
        </span>
      </div>
      {call.error && (
        <p className="text-body">
          {errorText(call.error.code) ?? call.error.code}{" "}
          <code className="text-muted-foreground text-small">{call.error.code}</code>
        </p>
      )}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
        <Figure name={t("firstToken")}>{call.firstTokenMs === null ? "–" : format.duration(call.firstTokenMs)}</Figure>
        <Figure name={t("total")}>{format.duration(call.totalMs)}</Figure>
        <Figure name={t("tokens")}>
          {call.usage
            ? t("tokensInOut", { input: format.integer(call.usage.input), output: format.integer(call.usage.output) })
            : "–"}
          {call.usage?.source === "estimate" && (
            <span className="ms-1.5 text-muted-foreground text-small">{t("tokensEstimated")}</span>
          )}
        </Figure>
        <Figure name={t("attemptCost")}>
          {call.cost === null && call.usage === null ? "–" : <Money usd={call.cost?.usd} />}
        </Figure>
      </dl>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-caption text-muted-foreground">{name}</dt>
      <dd className="break-words text-body">{children}</dd>
    </div>
  );
}
