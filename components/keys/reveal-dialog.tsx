"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useDates } from "@/components/format";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { ConfirmDialog, Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import { curlSnippet, envFile } from "./key-form";

export type Revealed = { kind: "created" | "rotated"; key: KeyWithSecret };

/** The only time a key is seen. Leaving it without saying "I stored it" asks once more. */
export function RevealDialog({
  revealed,
  groupNames,
  onClose,
}: {
  revealed: Revealed | null;
  groupNames: readonly string[];
  onClose: () => void;
}) {
  const t = useTranslations("keys.reveal");
  const [leaving, setLeaving] = useState(false);
  const close = () => {
    setLeaving(false);
    onClose();
  };
  return (
    <Dialog
      size="medium"
      open={revealed !== null}
      onOpenChange={(open) => {
        if (!open) setLeaving(true);
      }}
      title={revealed?.kind === "rotated" ? t("rotatedTitle", { name: revealed.key.name }) : t("createdTitle")}
      description={t("description")}
      footer={
        <Button variant="primary" onClick={close}>
          {t("stored")}
        </Button>
      }
    >
      {revealed && <RevealedKey revealed={revealed} groupNames={groupNames} />}
      <ConfirmDialog
        open={leaving}
        onOpenChange={setLeaving}
        title={t("leaveTitle")}
        description={t("leaveBody")}
        confirmLabel={t("leave")}
        onConfirm={close}
      />
    </Dialog>
  );
}

function RevealedKey({ revealed, groupNames }: { revealed: Revealed; groupNames: readonly string[] }) {
  const t = useTranslations("keys.reveal");
  const format = useDates();
  const { key, groups, oldSecrets } = revealed.key;
  const { origin } = window.location;
  const model = groups.includes("*") ? groupNames[0] : groups[0];
  const download = () => {
    const address = URL.createObjectURL(new Blob([envFile(key, origin)], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = ".env";
    link.click();
    URL.revokeObjectURL(address);
  };
  const old = oldSecrets.toSorted((a, b) => b.validUntil.localeCompare(a.validUntil))[0];
  return (
    <div className="flex flex-col gap-4 pb-2">
      {revealed.kind === "rotated" && (
        <p className="rounded-card bg-muted px-3 py-2.5 text-small">
          {old ? t("oldUntil", { when: format.dateTime(new Date(old.validUntil), "log") }) : t("oldEnds")}
        </p>
      )}
      <Field label={t("key")}>
        <Input mono readOnly value={key} onFocus={(event) => event.currentTarget.select()} spellCheck={false} />
      </Field>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={key}>{t("copy")}</CopyButton>
        <Button icon={Download} onClick={download}>
          {t("download")}
        </Button>
      </div>
      {model !== undefined && (
        <div className="flex flex-col gap-1.5">
          <p className="text-muted-foreground text-small">{t("tryHint")}</p>
          <CodeBlock label={t("try")} code={curlSnippet(key, origin, model)} wrap />
        </div>
      )}
    </div>
  );
}
