"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "./button";
import { Field } from "./field";
import { Input } from "./input";
import { onceOpen } from "./on-demand";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, in reading order; the last one is the main one. */
  footer?: ReactNode;
  /** When false, only a button ends it: a click beside it and Escape do nothing. */
  dismissible?: boolean;
  size?: "small" | "medium" | "large";
};

/** A centred dialog; on phones it sits at the bottom edge. */
export const Dialog = onceOpen<DialogProps>(() => import("./dialog-panel").then((module) => module.DialogPanel));

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and what it touches. */
  description: ReactNode;
  confirmLabel: string;
  onConfirm: () => void | Promise<unknown>;
  pending?: boolean;
  /** Set it to make the reader type this name first: for deletes of things that carry traffic. */
  requireName?: string;
  tone?: "danger" | "primary";
  children?: ReactNode;
};

/** Asks before an act that cannot be taken back. What has the focus first does not do it. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  onConfirm,
  pending = false,
  requireName,
  tone = "danger",
  children,
}: ConfirmDialogProps) {
  const t = useTranslations("common");
  const [typed, setTyped] = useState("");
  const [wasOpen, setWasOpen] = useState(open);
  // A name typed for an earlier question must not answer this one.
  if (open !== wasOpen) {
    setWasOpen(open);
    setTyped("");
  }
  const blocked = requireName !== undefined && typed.trim() !== requireName;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button variant={tone} pending={pending} disabled={blocked} onClick={() => void onConfirm()}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {(children || requireName !== undefined) && (
        <div className="flex flex-col gap-4">
          {children}
          {requireName !== undefined && (
            <Field label={t("typeToConfirm", { name: requireName })}>
              <Input value={typed} onValueChange={setTyped} autoComplete="off" spellCheck={false} />
            </Field>
          )}
        </div>
      )}
    </Dialog>
  );
}
