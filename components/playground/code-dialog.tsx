"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { keyVariable, type SnippetLanguage, snippetChoices, snippetParts } from "../overview/snippets";
import { CodeBlock } from "../ui/code-block";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { useOrigin } from "../use-origin";
import type { Settings } from "./conversation";

/** The call of a column as a program of one's own, with a key of one's own. */
export function CodeDialog({
  model,
  settings: { system, temperature, maxTokens },
  message,
  onClose,
}: {
  model: string;
  settings: Settings;
  message: string;
  onClose: () => void;
}) {
  const t = useTranslations("playground");
  const origin = useOrigin();
  const [language, setLanguage] = useState<SnippetLanguage>("curl");
  const input = { origin, key: null, model, message, system: system.trim(), temperature, maxTokens };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("codeTitle")}
      description={t("codeBody", { variable: keyVariable })}
      size="large"
    >
      <div className="flex min-w-0 flex-col gap-3">
        <Select
          aria-label={t("codeClient")}
          value={language}
          onValueChange={setLanguage}
          options={snippetChoices}
          className="max-w-72"
        />
        {snippetParts(language, input).map(({ file, code }) => (
          <CodeBlock
            key={file ?? "run"}
            code={code}
            label={file ?? snippetChoices.find(({ value }) => value === language)?.label ?? language}
            wrap
          />
        ))}
      </div>
    </Dialog>
  );
}
