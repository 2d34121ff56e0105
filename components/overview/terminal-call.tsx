"use client";

import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import type { CallView } from "@/lib/schemas/logs";
import { useLiveCalls } from "../live/use-live-calls";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { Select } from "../ui/select";
import { useOrigin } from "../use-origin";
import { type SnippetLanguage, snippet, snippetChoices } from "./snippets";

/** Snippets with this server's address and a working key, and a line that ticks when the call arrives. */
export function TerminalCall({
  group,
  message,
  issued,
  pending,
  onCreate,
  ownCalls,
  onArrived,
}: {
  group: string;
  message: string;
  issued: KeyWithSecret | null;
  pending: boolean;
  onCreate: () => void;
  /** Request ids of calls made by this page itself. */
  ownCalls: readonly string[];
  onArrived: (call: CallView) => void;
}) {
  const t = useTranslations("overview.first");
  const origin = useOrigin();
  const [language, setLanguage] = useState<SnippetLanguage>("curl");
  if (issued === null) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p className="max-w-[72ch] text-body text-muted-foreground">{t("createKeyFirst", { group })}</p>
        <Button variant="primary" icon={KeyRound} pending={pending} onClick={onCreate}>
          {t("createKey")}
        </Button>
      </div>
    );
  }
  const name = snippetChoices.find(({ value }) => value === language)?.label ?? language;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Select
        size="compact"
        aria-label={t("language")}
        value={language}
        onValueChange={setLanguage}
        options={snippetChoices}
        className="w-auto min-w-40 self-start"
      />
      <CodeBlock
        code={snippet(language, { origin, key: issued.key, model: group, message })}
        label={t("snippetLabel", { language: name })}
        wrap
      />
      <Arrival keyId={issued.id} ownCalls={ownCalls} onArrived={onArrived} />
    </div>
  );
}

function Arrival({
  keyId,
  ownCalls,
  onArrived,
}: {
  keyId: string;
  ownCalls: readonly string[];
  onArrived: (call: CallView) => void;
}) {
  const t = useTranslations("overview.first");
  useLiveCalls({
    query: `key=${keyId}`,
    enabled: true,
    onCalls: (calls) => {
      const outside = calls.findLast(({ requestId }) => !ownCalls.includes(requestId));
      if (outside) onArrived(outside);
    },
  });
  return (
    <div role="status" className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2 text-body">
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-primary" />
      <span className="text-muted-foreground">{t("waiting")}</span>
    </div>
  );
}
