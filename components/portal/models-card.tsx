"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { PortalModelsView } from "@/lib/schemas/portal";
import { type SnippetLanguage, snippet, snippetChoices } from "../overview/snippets";
import { Card } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { CopyButton } from "../ui/copy-button";
import { Select } from "../ui/select";
import { useOrigin } from "../use-origin";

/** The portal does not have the key any more; its holder puts it in. */
const keyPlace = "YOUR_API_KEY";

/** The names the key may put into `model`, each to copy, and a program that uses one. */
export function ModelsCard({ models: { groups, models } }: { models: PortalModelsView }) {
  const t = useTranslations("portal.models");
  const tFirst = useTranslations("overview.first");
  const origin = useOrigin();
  const names = [...groups.map(({ name }) => name), ...models];
  const [chosen, setChosen] = useState<string | null>(null);
  const [language, setLanguage] = useState<SnippetLanguage>("curl");
  const model = chosen !== null && names.includes(chosen) ? chosen : names[0];
  if (model === undefined) {
    return (
      <Card title={t("title")}>
        <p className="text-body text-muted-foreground">{t("none")}</p>
      </Card>
    );
  }
  const languageName = snippetChoices.find(({ value }) => value === language)?.label ?? language;
  return (
    <Card title={t("title")} description={t("hint")}>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <ul aria-label={t("title")} className="max-h-96 min-w-0 divide-y overflow-y-auto rounded-card border">
          {groups.map(({ id, name, aliases }) => (
            <ModelName
              key={id}
              name={name}
              note={aliases.length > 0 && t("alsoCalled", { names: aliases.join(", ") })}
            />
          ))}
          {models.map((name) => (
            <ModelName key={`model ${name}`} name={name} note={t("single")} />
          ))}
        </ul>
        <div className="flex min-w-0 flex-col gap-3">
          <div className="flex flex-wrap gap-2">
            <Select
              size="compact"
              aria-label={t("model")}
              value={model}
              onValueChange={setChosen}
              options={names.map((name) => ({ value: name, label: name }))}
              className="w-auto min-w-40 max-w-full"
            />
            <Select
              size="compact"
              aria-label={tFirst("language")}
              value={language}
              onValueChange={setLanguage}
              options={snippetChoices}
              className="w-auto min-w-40"
            />
          </div>
          <CodeBlock
            code={snippet(language, { origin, key: keyPlace, model, message: t("sample") })}
            label={tFirst("snippetLabel", { language: languageName })}
            wrap
          />
        </div>
      </div>
    </Card>
  );
}

function ModelName({ name, note }: { name: string; note: string | false }) {
  const t = useTranslations("portal.models");
  return (
    <li className="flex min-w-0 items-center gap-2 py-1 ps-3 pe-1">
      <span className="min-w-0 flex-1 break-words">
        <code className="break-all text-small">{name}</code>
        {note && <span className="block text-caption text-muted-foreground">{note}</span>}
      </span>
      <CopyButton text={name} label={t("copy", { name })} />
    </li>
  );
}
