"use client";

import type { ReactNode } from "react";
import { Button } from "./button";
import { CopyButton } from "./copy-button";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { Input } from "./input";

/** Shows a secret for the only time. Neither Escape nor a click beside it loses it; only the button ends it. */
export function RevealDialog({
  secret,
  onDone,
  title,
  description,
  label,
  doneLabel,
  children,
}: {
  /** null = closed. */
  secret: string | null;
  onDone: () => void;
  title: ReactNode;
  description: ReactNode;
  label: string;
  doneLabel: string;
  /** Under the secret, for instance a snippet. */
  children?: ReactNode;
}) {
  return (
    <Dialog
      open={secret !== null}
      onOpenChange={(open) => {
        if (!open) onDone();
      }}
      dismissible={false}
      size="medium"
      title={title}
      description={description}
      footer={
        <Button variant="primary" onClick={onDone}>
          {doneLabel}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={label}>
          <div className="flex items-center gap-2">
            <Input
              mono
              readOnly
              value={secret ?? ""}
              onFocus={(event) => event.currentTarget.select()}
              autoComplete="off"
              spellCheck={false}
            />
            <CopyButton text={secret ?? ""} size="default" variant="secondary" />
          </div>
        </Field>
        {children}
      </div>
    </Dialog>
  );
}
