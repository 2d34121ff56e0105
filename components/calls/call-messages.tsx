"use client";

import { FileQuestion, Lock } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { CallDetailView } from "@/lib/schemas/logs";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { EmptyState } from "../ui/empty-state";
import { type ChatTurn, turnsOfRequest, turnsOfResponse } from "./chat-body";

/** The stored prompt and answer, always as inert text; or where to switch storing on. */
export function CallMessages({ call, mayReadBodies }: { call: CallDetailView; mayReadBodies: boolean }) {
  const t = useTranslations("calls.detail");
  if (!call.bodies) {
    if (!mayReadBodies) return <EmptyState icon={Lock} title={t("bodiesForbidden")} />;
    const link = (href: string) => (words: ReactNode) => (
      <Link href={href} className="text-primary hover:underline">
        {words}
      </Link>
    );
    return (
      <EmptyState icon={FileQuestion} title={t("bodiesNotStored")}>
        {t.rich("bodiesNotStoredBody", {
          key: link(call.key ? `/keys/${call.key.id}` : "/keys"),
          group: link(call.group && !call.group.id.startsWith("raw:") ? `/groups/${call.group.id}` : "/groups"),
          settings: link("/settings"),
        })}
      </EmptyState>
    );
  }
  const { request, response, truncated } = call.bodies;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {truncated && <p className="text-muted-foreground text-small">{t("bodiesTruncated")}</p>}
      <Body title={t("request")} body={request} turnsOf={turnsOfRequest} />
      <Body title={t("response")} body={response} turnsOf={turnsOfResponse} />
    </div>
  );
}

function Body({
  title,
  body,
  turnsOf,
}: {
  title: string;
  body: string | null;
  turnsOf: (body: string) => ChatTurn[] | null;
}) {
  const t = useTranslations("calls.detail");
  const [raw, setRaw] = useState(false);
  const turns = body === null ? null : turnsOf(body);
  return (
    <section className="min-w-0">
      <div className="mb-2 flex min-h-8 items-center justify-between gap-3">
        <h3 className="text-heading">{title}</h3>
        {turns && (
          <Button size="compact" variant="ghost" onClick={() => setRaw(!raw)}>
            {raw ? t("showChat") : t("showRaw")}
          </Button>
        )}
      </div>
      {body === null || body === "" ? (
        <p className="text-body text-muted-foreground">{t("emptyBody")}</p>
      ) : turns && !raw ? (
        <Conversation turns={turns} />
      ) : (
        <CodeBlock code={indented(body)} label={title} wrap />
      )}
    </section>
  );
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Conversation({ turns }: { turns: readonly ChatTurn[] }) {
  const t = useTranslations("calls.detail");
  return (
    <ol className="flex min-w-0 flex-col divide-y rounded-card border">
      {turns.map((turn, position) => (
        // A stored conversation never changes order.
        // biome-ignore lint/suspicious/noArrayIndexKey: turns have no id
        <li key={position} className="min-w-0 px-4 py-3">
          <p className="mb-1 text-caption text-muted-foreground">{t("roleOf", { role: turn.role })}</p>
          {turn.text !== "" && <p className="whitespace-pre-wrap break-words text-body">{turn.text}</p>}
          {turn.attachments.map((type, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no id
            <p key={index} className="text-muted-foreground text-small">
              {t("attachment", { type })}
            </p>
          ))}
          {turn.toolCalls.map((toolCall, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tool calls may lack an id
            <details key={index} className="mt-1">
              <summary className="text-small">{t("toolCall", { name: toolCall.name })}</summary>
              <CodeBlock
                code={indented(toolCall.arguments)}
                label={t("toolCall", { name: toolCall.name })}
                wrap
                className="mt-2"
              />
            </details>
          ))}
        </li>
      ))}
    </ol>
  );
}
