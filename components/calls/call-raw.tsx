"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useSentenceGap } from "../format";
import { CodeBlock } from "../ui/code-block";
import { CopyButton } from "../ui/copy-button";
import { Skeleton } from "../ui/skeleton";
import { useOrigin } from "../use-origin";
import { BodiesMissing } from "./bodies-missing";
import { curlOf } from "./curl";

const JsonTree = dynamic(() => import("./json-tree").then((module) => module.JsonTree), {
  ssr: false,
  loading: () => <Skeleton className="h-40" />,
});

/** The call as data: what was asked and answered, each attempt, and the command that asks it again. */
export function CallRaw({ call, mayReadBodies }: { call: CallDetailView; mayReadBodies: boolean }) {
  const t = useTranslations("calls.detail");
  const origin = useOrigin();
  const gap = useSentenceGap();
  const command = curlOf(call, origin);
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {command !== null && (
        <section className="flex min-w-0 flex-col gap-2">
          <p className="min-w-0 max-w-[60ch] text-muted-foreground text-small">
            {t("rawMasked")}
            {!call.bodies?.request && `${gap}${t("curlNoBody")}`}
          </p>
          <CodeBlock code={command} label={t("copyCurl")} wrap />
        </section>
      )}
      {call.bodies ? (
        <>
          <RawText title={t("rawRequest")} text={call.bodies.request} />
          <RawText title={t("rawResponse")} text={call.bodies.response} />
        </>
      ) : (
        <BodiesMissing call={call} mayReadBodies={mayReadBodies} />
      )}
      {call.receipt.attempts.map((attempt, index) => (
        <Raw
          key={`${attempt.n}-${attempt.startedAt}`}
          title={t("rawAttempt", { n: attempt.n })}
          value={attempt}
          command={call.commands?.[index] ?? null}
        />
      ))}
      <Raw title={t("rawReceipt")} value={call.receipt} />
    </div>
  );
}

function RawText({ title, text }: { title: string; text: string | null }) {
  const t = useTranslations("calls.detail");
  const value = text === null ? null : parsed(text);
  if (value !== null) return <Raw title={title} value={value} />;
  return (
    <section className="min-w-0">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h3 className="text-heading">{title}</h3>
        {text && <CopyButton text={text} />}
      </div>
      {text ? (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by keyboard (axe)
          tabIndex={0}
          aria-label={title}
          className="max-h-[32rem] overflow-auto rounded-card border bg-muted/40 p-3"
        >
          <pre className="whitespace-pre-wrap break-words text-small">{text}</pre>
        </section>
      ) : (
        <p className="text-body text-muted-foreground">{t("emptyBody")}</p>
      )}
    </section>
  );
}

function Raw({ title, value, command = null }: { title: string; value: object; command?: string | null }) {
  const t = useTranslations("calls.detail");
  return (
    <section className="min-w-0">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h3 className="text-heading">{title}</h3>
        <span className="flex items-center gap-1">
          {command !== null && (
            <CopyButton text={command} label={t("copyCurl")}>
              {t("copyCurl")}
            </CopyButton>
          )}
          <CopyButton text={JSON.stringify(value, null, 2)} />
        </span>
      </div>
      <JsonTree value={value} label={title} />
    </section>
  );
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
