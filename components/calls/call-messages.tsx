"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { EndpointName } from "@/lib/gateway/types";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useFormat } from "../format";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { BodiesMissing } from "./bodies-missing";
import { type BodyNote, type BodyView, type ChatTurn, viewOfRequest, viewOfResponse } from "./stored-body";

/** The stored prompt and answer, always as inert text; or where to switch storing on. */
export function CallMessages({ call, mayReadBodies }: { call: CallDetailView; mayReadBodies: boolean }) {
  const t = useTranslations("calls.detail");
  if (!call.bodies) return <BodiesMissing call={call} mayReadBodies={mayReadBodies} />;
  const { request, response, truncated } = call.bodies;
  const isData = dataEndpoints.some((endpoint) => endpoint === call.endpoint);
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {truncated && <p className="text-muted-foreground text-small">{t("bodiesTruncated")}</p>}
      <Body title={t("request")} body={request} empty={t("emptyBody")} viewOf={viewOfRequest} />
      <Body
        title={t("response")}
        body={response}
        empty={t(isData ? "dataBody" : "emptyBody")}
        viewOf={viewOfResponse}
      />
    </div>
  );
}

/** They answer with numbers, pictures or sound; the gateway keeps the text of answers only. */
const dataEndpoints = [
  "embeddings",
  "moderations",
  "rerank",
  "images.generations",
  "images.edits",
  "images.variations",
  "audio.speech",
  "relay",
] as const satisfies readonly EndpointName[];

function Body({
  title,
  body,
  empty,
  viewOf,
}: {
  title: string;
  body: string | null;
  /** Said where there is no text. */
  empty: string;
  viewOf: (body: string) => BodyView | null;
}) {
  const t = useTranslations("calls.detail");
  const [raw, setRaw] = useState(false);
  const view = body === null ? null : viewOf(body);
  return (
    <section className="min-w-0">
      <div className="mb-2 flex min-h-8 items-center justify-between gap-3">
        <h3 className="text-heading">{title}</h3>
        {view && (
          <Button size="compact" variant="ghost" onClick={() => setRaw(!raw)}>
            {raw ? t("showChat") : t("showRaw")}
          </Button>
        )}
      </div>
      {body === null || body === "" ? (
        <p className="text-body text-muted-foreground">{empty}</p>
      ) : view && !raw ? (
        <div className="flex min-w-0 flex-col gap-3">
          {view.turns.length > 0 && <Conversation turns={view.turns} />}
          <Notes notes={view.notes} />
        </div>
      ) : (
        <CodeBlock code={indented(body)} label={title} wrap />
      )}
    </section>
  );
}

function Notes({ notes }: { notes: readonly BodyNote[] }) {
  const t = useTranslations("calls.detail.note");
  const format = useFormat();
  if (notes.length === 0) return null;
  const textOf = (note: BodyNote): string => {
    if (note.key === "tokenLists") return t("tokenLists", { count: note.count });
    if (note.key === "field") return t("field", { name: note.name, value: note.value });
    const size = note.bytes === null ? "" : t("bytes", { bytes: format.integer(note.bytes) });
    return t("field", { name: note.name, value: [note.filename, note.type, size].filter(Boolean).join(" · ") });
  };
  return (
    <ul className="flex flex-col gap-1 rounded-card border px-4 py-3 text-body">
      {notes.map((note, position) => (
        // What was stored never changes order.
        // biome-ignore lint/suspicious/noArrayIndexKey: notes have no id
        <li key={position}>{textOf(note)}</li>
      ))}
    </ul>
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
