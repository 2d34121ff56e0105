"use client";

import { Layers } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { type ReactNode, useId, useState } from "react";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import type { QuickstartChoices, QuickstartKey } from "@/lib/schemas/quickstart";
import { type SnippetLanguage, snippetChoices, snippetLanguages, snippetParts } from "../overview/snippets";
import { ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { CodeBlock } from "../ui/code-block";
import { EmptyState } from "../ui/empty-state";
import { PageBody, PageHeader } from "../ui/page-header";
import { Select } from "../ui/select";
import { useOrigin } from "../use-origin";
import { AwaitedCall } from "./awaited-call";
import { KeyStep } from "./key-step";
import { MovingCard } from "./moving-card";
import { StreamCheck } from "./stream-check";

const url = {
  client: parseAsStringLiteral(snippetLanguages).withDefault("curl"),
  key: parseAsString,
  group: parseAsString,
};

/** From a client to its first call: what to set up, with which key, and a line that ticks when the call is here. */
export function QuickstartView({ choices }: { choices: QuickstartChoices }) {
  const t = useTranslations("quickstart");
  return (
    <PageBody>
      <PageHeader title={t("title")} description={t("description")} />
      {choices.groups.length === 0 ? (
        <Card>
          <EmptyState
            icon={Layers}
            title={t("noGroups")}
            action={<ButtonLink href="/groups">{t("toGroups")}</ButtonLink>}
          >
            {t("noGroupsBody")}
          </EmptyState>
        </Card>
      ) : (
        <Steps choices={choices} />
      )}
      <MovingCard />
    </PageBody>
  );
}

function Steps({ choices }: { choices: QuickstartChoices }) {
  const t = useTranslations("quickstart");
  const origin = useOrigin();
  const [chosen, choose] = useQueryStates(url, { history: "replace" });
  // Its text is known only here and now: it is in no URL and in no storage.
  const [made, setMade] = useState<KeyWithSecret | null>(null);
  const keys: QuickstartKey[] = made ? [made, ...choices.keys.filter(({ id }) => id !== made.id)] : choices.keys;
  const key = keys.find(({ id }) => id === chosen.key) ?? null;
  const allowed =
    key === null || key.groups.includes("*")
      ? choices.groups
      : choices.groups.filter((name) => key.groups.includes(name));
  const group = allowed.find((name) => name === chosen.group) ?? allowed[0] ?? null;
  const secret = made !== null && made.id === key?.id ? made.key : null;
  const client = snippetChoices.find(({ value }) => value === chosen.client)?.label ?? chosen.client;
  return (
    <Card flush>
      <ol className="divide-y">
        <Step n={1} title={t("stepClient")}>
          <Clients value={chosen.client} onChoose={(value) => void choose({ client: value })} />
        </Step>
        <Step n={2} title={t("stepKey")}>
          <KeyStep
            keys={keys}
            groups={choices.groups}
            startGroup={group}
            selected={key}
            secret={secret}
            onSelect={(id) => void choose({ key: id })}
            onMade={(issued) => {
              setMade(issued);
              void choose({ key: issued.id });
            }}
          />
        </Step>
        <Step n={3} title={t("stepGroup")}>
          {group === null ? (
            <p className="text-body text-warning">{t("keyWithoutGroups")}</p>
          ) : (
            <div className="flex min-w-0 flex-col gap-1.5">
              <Select
                aria-label={t("stepGroup")}
                value={group}
                onValueChange={(value) => void choose({ group: value })}
                options={allowed.map((name) => ({ value: name, label: name }))}
                className="max-w-96"
              />
              <p className="text-muted-foreground text-small">{t("groupHint")}</p>
            </div>
          )}
        </Step>
        {group !== null && (
          <Step n={4} title={t("stepRun")}>
            <div className="flex min-w-0 flex-col gap-3">
              {secret === null && (
                <p className="text-muted-foreground text-small">{t("ownKey", { variable: "SLUICE_API_KEY" })}</p>
              )}
              {snippetParts(chosen.client, { origin, key: secret, model: group, message: t("sample") }).map(
                ({ file, code }) => (
                  <CodeBlock
                    key={file ?? "run"}
                    code={code}
                    title={file ?? t("snippet", { client })}
                    label={file ?? t("snippet", { client })}
                    wrap
                  />
                ),
              )}
              <Note client={chosen.client} />
              <AwaitedCall key={key?.id ?? "any"} keyId={key?.id ?? null} serverTimeMs={choices.serverTimeMs} />
              <StreamCheck group={group} />
            </div>
          </Step>
        )}
      </ol>
    </Card>
  );
}

function Step({ n, title, children }: { n: number; title: string; children: ReactNode }) {
  const t = useTranslations("quickstart");
  return (
    <li className="grid min-w-0 gap-x-4 gap-y-3 p-4 md:grid-cols-[12rem_minmax(0,1fr)]">
      <h2 className="flex items-start gap-2.5 text-heading">
        <span
          aria-hidden
          className="flex size-6 shrink-0 items-center justify-center rounded-full border bg-muted text-caption tabular-nums"
        >
          {n}
        </span>
        <span className="sr-only">{t("step", { n })}</span>
        <span className="min-w-0">{title}</span>
      </h2>
      <div className="min-w-0">{children}</div>
    </li>
  );
}

const kinds = ["code", "tool"] as const;

function Clients({ value, onChoose }: { value: SnippetLanguage; onChoose: (value: SnippetLanguage) => void }) {
  const t = useTranslations("quickstart");
  const name = useId();
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {kinds.map((kind) => (
        <fieldset key={kind} className="min-w-0">
          <legend className="mb-1.5 p-0 text-caption text-muted-foreground">{t(`kind.${kind}`)}</legend>
          <div className="flex flex-wrap gap-2">
            {snippetChoices
              .filter((choice) => choice.kind === kind)
              .map((choice) => (
                <label
                  key={choice.value}
                  className={cn(
                    "flex h-(--control-height) cursor-pointer items-center rounded-control border px-3 text-body transition-colors hover:bg-muted has-focus-visible:outline-2 has-focus-visible:outline-ring has-focus-visible:outline-offset-2",
                    value === choice.value
                      ? "border-primary bg-accent font-medium text-accent-foreground hover:bg-accent"
                      : "border-input",
                  )}
                >
                  <input
                    type="radio"
                    name={name}
                    value={choice.value}
                    checked={value === choice.value}
                    onChange={() => onChoose(choice.value)}
                    className="sr-only"
                  />
                  {choice.label}
                </label>
              ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

/** What goes wrong most often with a client. */
function Note({ client }: { client: SnippetLanguage }) {
  const t = useTranslations("quickstart.note");
  if (!hasNote(client)) return null;
  return <p className="max-w-[80ch] text-muted-foreground text-small">{t(client)}</p>;
}

const noted = ["vercel-ai", "anthropic", "claude-code", "codex", "gemini-cli", "open-webui"] as const;
const hasNote = (client: SnippetLanguage): client is (typeof noted)[number] =>
  (noted as readonly string[]).includes(client);
